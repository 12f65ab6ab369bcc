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
import { UsageError } from '../account/usage-error.ts';
import { hostText } from '../text/host-text.ts';
import { nextStep } from '../text/next-step.ts';
import { recordText } from '../text/record-text.ts';
import type { Command } from './command.ts';
import { options } from './options.ts';

export const show: Command = {
  summary: 'Show a rollback: its record, its history, whether the history is whole, and what to do next',
  get help() {
    return `rollback show [ROLLBACK_ID] [--json]

  ROLLBACK_ID          the execution's name (default: the newest rollback)
  --json               the same as JSON on standard output
${environmentHelp()}

Exit code 0: the history is whole. 1: no such rollback, an event was changed or is missing, or the record does not
follow from the events. 2: usage error.`;
  },
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, ...environmentOption },
    });
    if (positionals.length > 1) throw new UsageError(`show takes one rollback id; found ${positionals.join(' ')}.`);
    const connection = connect(values.environment);
    try {
      return await showOne(connection, positionals[0] ?? (await newestRollback(connection)), values.json);
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};

async function showOne(connection: Connection, id: string | undefined, json: boolean): Promise<number> {
  const read = id === undefined ? undefined : await readRollback(connection, id);
  if (id === undefined || !read) {
    console.error(
      id === undefined
        ? `No rollback has been started in environment ${connection.name} yet.`
        : `Environment ${connection.name} has no rollback ${id}. Without an id, show takes the newest rollback.`,
    );
    return 1;
  }
  const { record, events, hosts, history } = read;
  const next = await nextStep(connection, record);
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

async function readRollback(connection: Connection, id: string) {
  const record = await readRecord(connection, id);
  if (!record) return undefined;
  const isRunning = async () => (await executionState(connection, record.execution_arn)).status === 'RUNNING';
  return readConsistent(async () => {
    const stored = { record: (await readRecord(connection, id)) ?? record, events: await readEvents(connection, id) };
    const hosts = await readHosts(connection, id);
    const evidence = { ...stored, hosts, witness: await witness(connection, record.execution_arn) };
    return { ...stored, hosts, history: historyIntegrity(evidence) };
  }, isRunning);
}

/** Returns the verdicts in the order of the steps. */
const inOrder = (hosts: readonly KeptVerdict[], { steps }: RollbackRecord) =>
  steps.flatMap(({ step }) => hosts.filter((one) => one.step === step));

/** Returns the id of the newest rollback of all phases. Step Functions lists a machine's executions newest first. */
async function newestRollback({ stepFunctions, arnOf }: Connection): Promise<string | undefined> {
  const lists = await Promise.all(
    readRunbooks().map(({ phase }) =>
      stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: arnOf(`phase-${phase}`), maxResults: 1 })),
    ),
  );
  const found = lists.flatMap(({ executions = [] }) => executions);
  return found.toSorted((a, b) => (b.startDate?.getTime() ?? 0) - (a.startDate?.getTime() ?? 0))[0]?.name;
}

const eventText = ({ sequence, at, type, detail }: RollbackEvent) =>
  `  ${String(sequence).padStart(3)}  ${at}  ${type.padEnd(22)} ${detailText(detail)}`.trimEnd();

/** The details that fit a list; --json has all of them. */
const listedDetails = [
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
  'root_cause',
  'prevention_measures',
  'note',
  'false_positive',
  'links',
];

function detailText(detail: RollbackEvent['detail']): string {
  return listedDetails
    .filter((name) => ['string', 'number', 'boolean'].includes(typeof detail[name]) || Array.isArray(detail[name]))
    .map((name) => `${name} ${inLine(detail[name])}`)
    .concat(failures(detail['failed']))
    .join(', ');
}

const inLine = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));

/** Returns the first five failures, such as `host-2 (exit 1 without a verdict)`. */
const failures = (failed: unknown): string[] =>
  (Array.isArray(failed) ? failed : []).slice(0, 5).map(({ host, reason }) => `${host} (${reason})`);
