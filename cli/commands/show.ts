import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { readRunbooks } from '../../config/infra.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { historyIntegrity } from '../../domain/history/history-integrity.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { accountError, type Connection, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { witness } from '../account/execution-witness.ts';
import { readConsistent } from '../account/read-consistent.ts';
import { readEvents, readHosts, readRecord } from '../account/read-history.ts';
import { hostText } from '../text/host-text.ts';
import { nextStep } from '../text/next-step.ts';
import { recordText } from '../text/record-text.ts';
import { type Command, UsageError } from './command.ts';
import { options } from './options.ts';

export const show: Command = {
  summary: 'Read a rollback: its record, its history, and whether the history is whole',
  get help() {
    return `rollback show [ROLLBACK_ID] [--json]

  ROLLBACK_ID          the execution's name (default: the newest rollback)
  --json               record and events as JSON on standard output
${environmentHelp()}

Exit code 0: the history is whole. 1: there is no such rollback, an event was changed or
is missing, or the record is not what the events add up to.`;
  },
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, ...environmentOption },
    });
    if (positionals.length > 1) throw new UsageError(`show takes one rollback id; found ${positionals.join(' ')}.`);
    const account = connect(values.environment);
    try {
      return await showOne(account, positionals[0] ?? (await newest(account)), values.json);
    } catch (error) {
      throw accountError(error, account);
    }
  },
};

async function showOne(account: Connection, id: string | undefined, json: boolean): Promise<number> {
  const read = id === undefined ? undefined : await readRollback(account, id);
  if (id === undefined || !read) {
    console.error(
      id === undefined
        ? `No rollback has been started in ${account.name}.`
        : `There is no rollback ${id} in ${account.name}.`,
    );
    return 1;
  }
  const { record, events, hosts, history } = read;
  const next = await nextStep(account, record);
  if (json) console.log(JSON.stringify({ record, events, hosts, history, next }, null, 2));
  else
    console.log(
      [
        recordText(record, hosts),
        'HOSTS',
        ...inOrder(hosts, record).map(hostText),
        'HISTORY',
        ...events.map(eventText),
        `  ${history.says}`,
        ...(next.length > 0 ? ['NEXT', ...next.map((line) => `  ${line}`)] : []),
      ].join('\n'),
    );
  return history.whole ? 0 : 1;
}

async function readRollback(account: Connection, id: string) {
  const record = await readRecord(account, id);
  if (!record) return undefined;
  const isRunning = async () => (await executionState(account, record.execution_arn)).status === 'RUNNING';
  return readConsistent(async () => {
    const stored = { record: (await readRecord(account, id)) ?? record, events: await readEvents(account, id) };
    const hosts = await readHosts(account, id);
    const knew = await witness(account, record.execution_arn);
    return { ...stored, hosts, history: historyIntegrity({ ...stored, hosts, witness: knew }) };
  }, isRunning);
}

/** Step by step, as they were run. */
const inOrder = (hosts: readonly KeptVerdict[], { steps }: RollbackRecord) =>
  steps.flatMap(({ step }) => hosts.filter((one) => one.step === step));

/** Executions are listed newest first, a machine at a time. */
async function newest({ stepFunctions, arnOf }: Connection): Promise<string | undefined> {
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
    'alarm',
    'severity',
    'kind',
    'decision',
    'answer',
    'outcome',
    'deadline',
    'says',
    'step',
    'attempt',
    'hosts',
    'hosts_done',
    'not_sent',
    'fence',
    'holder',
    'message',
    'why',
    'by',
    'principal',
    'window_start',
    'verdict',
    'ending',
    'operator',
    'reason',
    'problem',
  ];
  return names
    .filter((name) => ['string', 'number', 'boolean'].includes(typeof detail[name]) || Array.isArray(detail[name]))
    .map((name) => `${name} ${inLine(detail[name])}`)
    .concat(failures(detail['failed']))
    .join(', ');
}

const inLine = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));

/** host-2 (exit 1 without a verdict) */
const failures = (failed: unknown): string[] =>
  (Array.isArray(failed) ? failed : []).slice(0, 5).map(({ host, reason }) => `${host} (${reason})`);
