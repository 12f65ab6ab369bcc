import { writeFileSync } from 'node:fs';
import { firstBreak } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Setup } from '../../domain/story/around.ts';
import { storyOf } from '../../domain/story/story-of.ts';
import { accountNow } from '../account/account-controls.ts';
import { readCalendarOf } from '../account/calendar.ts';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import { readEvents } from '../account/read-history.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printData, printFailure } from '../text/colour.ts';
import { storyText } from '../text/story-text.ts';

type Options = AccountOptions & { readonly out?: string };

export async function story(id: string, { out, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, async () => {
    const events = await readEvents(connection, id);
    const problem = refusal(connection.name, id, events);
    if (problem !== undefined) {
      printFailure(`${problem} Nothing was written.`);
      return 1;
    }
    const written = storyOf(connection.name, events, await setupOf(connection, events));
    const text = storyText(id, connection.name, written);
    if (out === undefined) printData(text);
    else write(out, text);
    const { notExpressed } = written;
    const missing = [
      notExpressed.length === 0 ? 'The story has all of it.' : `Not in the story (${notExpressed.length}):`,
      ...notExpressed.map((one) => `  ${one}`),
    ].join('\n');
    if (out === undefined) console.error(missing);
    else print(`Wrote ${out}. Run it: npm run rollback -- rehearse ${out} --simulated\n${missing}`);
    return 0;
  });
}

/** Returns the environment's file, with the trading sessions of the rollback's phase. */
async function setupOf(connection: Connection, events: Awaited<ReturnType<typeof readEvents>>): Promise<Setup> {
  const { environment } = connection;
  const calendar = await readCalendarOf(environment, await accountNow(connection));
  return { ...environment, sessions: calendar.of(recordOf(events).phase) };
}

function refusal(environment: string, id: string, events: Awaited<ReturnType<typeof readEvents>>): string | undefined {
  if (events.length === 0) return `Environment ${environment} has no rollback ${id}.`;
  const broken = firstBreak(events);
  if (broken !== undefined)
    return `The history of ${id} is broken at event ${broken}. Read \`rollback verify-history ${id}\`.`;
  if (events[0]?.type !== 'Rollback opened') return `The history of ${id} does not begin with its opening.`;
  return undefined;
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(
      exists
        ? `${out} exists. Nothing was changed. Name another file by --out, or remove this one.`
        : `Cannot write ${out}: ${(error as Error).message}. Nothing was changed. Name another file by --out.`,
    );
  }
}
