import { executionsOfPeople } from '../../domain/history/decision-integrity.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { historyIntegrity } from '../../domain/history/history-integrity.ts';
import { missingExecution } from '../../domain/history/missing-execution.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { failedIn } from '../../domain/host/failed-hosts.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { outcome, witness } from '../account/execution-witness.ts';
import { liveRollbacks } from '../account/live-rollbacks.ts';
import { newestRollback } from '../account/newest-rollback.ts';
import { readConsistent } from '../account/read-consistent.ts';
import {
  questionsIn,
  readIsAllIndexed,
  readQuestionItems,
  readRecord,
  readRollbackItems,
  strangeInState,
} from '../account/read-history.ts';
import { seeExecutions } from '../account/see-execution.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import { hostText } from '../text/host-text.ts';
import { phaseNumbers, rollbackMachines } from '../text/known-names.ts';
import { nextStep } from '../text/next-step.ts';
import { recordText } from '../text/record-text.ts';

type Options = AccountOptions & { readonly json?: boolean };

export async function show(id: string | undefined, { json = false, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, async () => {
    const { chosen, why } = id === undefined ? await mostUrgent(connection) : { chosen: id, why: [] };
    // Standard output has only data with --json.
    for (const line of why) (json ? console.error : print)(line);
    return showOne(connection, chosen, json);
  });
}

/** Chooses the rollback that a person without an id means: the most urgent live one, else the newest. Explains the choice. */
async function mostUrgent(connection: Connection): Promise<{ chosen: string | undefined; why: readonly string[] }> {
  const [first, ...others] = await liveRollbacks(connection, phaseNumbers());
  if (first) return { chosen: first.rollback_id, why: others.length > 0 ? alsoLive(others, connection.name) : [] };
  const { id, why } = await newestRollback(connection, rollbackMachines());
  return { chosen: id, why };
}

const alsoLive = (others: readonly RollbackRecord[], environment: string): string[] => [
  `${others.length + 1} rollbacks are open; this is the most urgent. The others:`,
  ...others.map(
    ({ rollback_id, phase, severity }) => `  phase ${phase}, ${severity}: ${showCommand(rollback_id, environment)}`,
  ),
];

async function showOne(connection: Connection, id: string | undefined, json: boolean): Promise<number> {
  const read = id === undefined ? undefined : await readRollback(connection, id);
  if (id === undefined || !read) {
    printFailure(
      id === undefined
        ? `Environment ${connection.name} has no rollback yet.`
        : `Environment ${connection.name} has no rollback ${id}. Check the id; without one, show takes the live rollback, else the newest. If it was there once, verify-history ${id} says what is left of it.`,
    );
    return 1;
  }
  const { record, events, hosts, history } = read;
  const next = await nextStep(connection, record);
  if (json) console.log(JSON.stringify({ record, events, hosts, history, next }, null, 2));
  else
    print(
      [
        recordText(record, hosts, events),
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
    const { stored = { record, index: {} }, strange, ...items } = await readRollbackItems(connection, id);
    const { events, hosts } = items;
    const seen = await witness(connection, record.execution_arn);
    const evidence = {
      ...stored,
      ...items,
      strange: [...strange, ...(await strangeInState(connection, id, questionsIn(events)))],
      indexed: await readIsAllIndexed(connection),
      witness: seen,
      outcome: await outcome(connection, record.execution_arn),
      missing: seen === undefined ? await missingOf(connection, record) : undefined,
      ...(await readQuestionItems(connection, id, events)),
      executions: await seeExecutions(connection, executionsOfPeople(events)),
    };
    return { record: stored.record, events, hosts, history: historyIntegrity(evidence) };
  }, isRunning);
}

/** Returns the finding if Step Functions must still have the execution of a rollback, and has none. */
async function missingOf(connection: Connection, { rollback_id, execution_arn, start_time }: RollbackRecord) {
  const { isDeleted } = await executionState(connection, execution_arn);
  return isDeleted ? missingExecution(rollback_id, start_time, await accountNow(connection)) : undefined;
}

/** Returns the verdicts in the order of the steps. */
const inOrder = (hosts: readonly KeptVerdict[], { steps }: RollbackRecord) =>
  steps.flatMap(({ step }) => hosts.filter((one) => one.step === step));

const eventText = ({ sequence, at, type, detail }: RollbackEvent) =>
  `  ${String(sequence).padStart(3)}  ${at}  ${String(type).padEnd(22)} ${detailText(detail)}`.trimEnd();

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
  'done_before',
  'left_out',
  'code_at_target',
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
  return (
    listedDetails
      .filter((name) => ['string', 'number', 'boolean'].includes(typeof detail[name]) || Array.isArray(detail[name]))
      .map((name) => `${name} ${inLine(detail[name])}`)
      // A sentence ends here only if nothing follows it.
      .map((text, i, all) => (i < all.length - 1 ? text.replace(/\.$/, '') : text))
      .concat(failures(detail))
      .join(', ')
  );
}

const inLine = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));

/** Returns the first five failures, such as `host-2 (exit 1 without a verdict)`. */
const failures = (detail: RollbackEvent['detail']): string[] =>
  failedIn(detail)
    .slice(0, 5)
    .map(({ host, reason }) => `${host} (${reason})`);
