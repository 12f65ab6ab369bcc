import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Part } from '../../domain/evidence/gathered.ts';
import { incidentPage } from '../../domain/page/incident-page.ts';
import { pageModel, withoutLongTexts } from '../../domain/page/page-model.ts';
import { type UnreadableFacts, unreadablePage } from '../../domain/page/unreadable-page.ts';
import { accountSentence } from './account-error.ts';
import type { Connected } from './clients.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { readEvents, readRecord } from './read-history.ts';
import { readPage } from './read-page.ts';

/** A page, and what its history is worth. */
export type DrawnPage = {
  readonly html: string;
  /** The page's data, without long texts; of a rollback that cannot be read, what is left of it. */
  readonly data: unknown;
  readonly history: { readonly whole: boolean; readonly says: string };
};

/**
 * Returns the page of a rollback; undefined if there is no such rollback. Of one that cannot be read, the page says what is left of it.
 *
 * Throws if nothing about it can be read, such as without credentials. `machines`: the machines that roll back.
 */
export async function drawPage(
  connection: Connected,
  id: string,
  { machines, now }: { readonly machines: readonly string[]; readonly now: number },
): Promise<DrawnPage | undefined> {
  try {
    const gathered = await gatherEvidence(connection, id);
    if (gathered) {
      const facts = await readPage(connection, gathered, now);
      return { html: incidentPage(facts), data: withoutLongTexts(pageModel(facts)), history: gathered.history };
    }
    return await drawLeft(connection, id, { machines, now, why: 'The event that opened it is missing.' });
  } catch (error) {
    const drawn = await drawLeft(connection, id, { machines, now, why: whyUnread(error, connection) });
    if (!drawn) throw error;
    return drawn;
  }
}

/** An error of AWS has its own sentence; any other is one of the code that reads what is stored. */
function whyUnread(error: unknown, connection: Connected): string {
  const isOfAws = ['$fault', '$metadata', 'code'].some((name) => name in (error as object));
  if (isOfAws) return accountSentence(error, connection);
  return `What is stored of it is not what the product stores: ${(error as Error).message}`;
}

type Asked = { readonly machines: readonly string[]; readonly now: number; readonly why: string };

/** Returns the page of what is left; undefined if nothing is stored, or if nothing at all could be read. */
async function drawLeft(connection: Connected, id: string, asked: Asked): Promise<DrawnPage | undefined> {
  const { name: environment, environment: file } = connection;
  const part = partOn(connection);
  const events = await part(() => readEvents(connection, id));
  const record = await part(() => readRecord(connection, id), 'the history has no RECORD of this rollback');
  const isEmpty = events.state === 'complete' && events.value.length === 0 && record.state === 'unavailable';
  if (isEmpty) return undefined;
  const execution = await part(
    () => readExecutionOf(connection, id, asked.machines),
    'Step Functions has none of this name',
  );
  if ([events, record, execution].every(({ state }) => state !== 'complete')) return undefined;
  const written_at = new Date(asked.now).toISOString();
  const facts: UnreadableFacts = {
    ...{ environment, rollback: id, written_at, why: asked.why, runbook: file.runbook },
    ...{ events, record, execution },
  };
  const says = `${asked.why} The page has what is left of it`;
  return { html: unreadablePage(facts), data: withoutLongTexts(facts), history: { whole: false, says } };
}

const partOn =
  (connection: Connected) =>
  async <T>(read: () => Promise<T | undefined>, nothing = 'there is none'): Promise<Part<T>> => {
    try {
      const value = await read();
      return value === undefined ? { state: 'unavailable', why: nothing } : { state: 'complete', value };
    } catch (error) {
      return { state: 'denied', why: accountSentence(error, connection) };
    }
  };

/** The id of a rollback is its execution's name; which machine ran it is not known without its events. */
async function readExecutionOf({ stepFunctions, arnOf }: Connected, id: string, machines: readonly string[]) {
  for (const machine of machines)
    try {
      const executionArn = `${arnOf(machine).replace(':stateMachine:', ':execution:')}:${id}`;
      const found = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const [started_at, stopped_at] = [found.startDate, found.stopDate].map((at) => at?.toISOString() ?? null);
      return {
        arn: executionArn,
        status: String(found.status),
        started_at: started_at ?? null,
        stopped_at: stopped_at ?? null,
      };
    } catch (error) {
      if ((error as Error).name !== 'ExecutionDoesNotExist') throw error;
    }
  return undefined;
}
