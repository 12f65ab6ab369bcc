import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { firstBreak, type RollbackEvent } from '../domain/event.ts';
import { readRunbooks } from '../statemachines/files.ts';
import { accountError, environmentHelp, environmentOption, type Reached, reach } from './clients.ts';
import { type Command, UsageError } from './command.ts';
import { options } from './options.ts';
import { readEvents, readRecord } from './read-history.ts';
import { recordText } from './record-text.ts';

export const show: Command = {
  summary: 'Read a rollback: its record, its history, and whether the history is whole',
  help: `rollback show [ROLLBACK_ID] [--json]

  ROLLBACK_ID          the execution's name (default: the newest rollback)
  --json               record and events as JSON on standard output
${environmentHelp}

Exit code 0: the history is whole. 1: there is no such rollback, or an event was changed or is missing.`,
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, ...environmentOption },
    });
    if (positionals.length > 1) throw new UsageError(`show takes one rollback id; found ${positionals.join(' ')}.`);
    const account = reach(values.environment);
    try {
      return await showOne(account, positionals[0] ?? (await newest(account)), values.json);
    } catch (error) {
      throw accountError(error, account);
    }
  },
};

async function showOne(account: Reached, id: string | undefined, json: boolean): Promise<number> {
  const record = id === undefined ? undefined : await readRecord(account, id);
  if (id === undefined || !record) {
    console.error(
      id === undefined
        ? `No rollback has been started in ${account.name}.`
        : `There is no rollback ${id} in ${account.name}.`,
    );
    return 1;
  }
  const events = await readEvents(account, id);
  const broken = firstBreak(events) ?? (events.length === record.events ? undefined : events.length + 1);
  const history =
    broken === undefined
      ? `whole: ${events.length} events, head ${record.head}`
      : `BROKEN at event ${broken}: changed, missing or out of place`;
  if (json)
    console.log(
      JSON.stringify({ record, events, history: { whole: broken === undefined, broken_at: broken ?? null } }, null, 2),
    );
  else console.log([recordText(record), 'HISTORY', ...events.map(eventText), `  ${history}`].join('\n'));
  return broken === undefined ? 0 : 1;
}

/** Executions are listed newest first, a machine at a time. */
async function newest({ stepFunctions, arnOf }: Reached): Promise<string | undefined> {
  const lists = await Promise.all(
    readRunbooks().map(({ phase }) =>
      stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: arnOf(`phase-${phase}`), maxResults: 1 })),
    ),
  );
  const found = lists.flatMap(({ executions = [] }) => executions);
  return found.toSorted((a, b) => (b.startDate?.getTime() ?? 0) - (a.startDate?.getTime() ?? 0))[0]?.name;
}

const eventText = ({ sequence, at, type, detail }: RollbackEvent) =>
  `  ${String(sequence).padStart(3)}  ${at}  ${type.padEnd(22)} ${told(detail)}`.trimEnd();

/** The details a person reads in a list; the rest is in --json. */
function told(detail: RollbackEvent['detail']): string {
  const names = [
    'step',
    'attempt',
    'hosts',
    'hosts_done',
    'fence',
    'holder',
    'verdict',
    'ending',
    'operator',
    'reason',
    'problem',
  ];
  return names
    .filter((name) => detail[name] !== undefined && detail[name] !== null)
    .map((name) => `${name} ${String(detail[name])}`)
    .join(', ');
}
