import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { reviewCommands } from '../../domain/afterwards/review.ts';
import { startCommandsLeft } from '../../domain/history/phases-left.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { checkIds } from '../../domain/infra/runbook-steps.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import { type Key, lockKey, openKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { readRecord } from '../account/read-history.ts';
import { beginCommand, releaseCommand } from './commands-to-paste.ts';
import { waitingForTheFleet } from './fleet-wait.ts';
import { waitingForAHandOver } from './hand-over-wait.ts';
import { openQuestion } from './open-question.ts';

/**
 * Returns what an operator must know and do next if a rollback runs, waits for an answer or its fleet, stopped without an
 * ending, holds the fleet, or must be reviewed; [] if there is nothing to do.
 */
export async function nextStep(connection: Connection, record: RollbackRecord): Promise<string[]> {
  const { status, error, cause } = await executionState(connection, record.execution_arn);
  if (status === 'RUNNING') {
    const question = await openQuestion(connection, record);
    if (question.length > 0) return question;
    const behind = await waitingForAHandOver(connection, record); // it is in the queue too, but the answer comes first
    const waiting = behind.length > 0 ? behind : await waitingForTheFleet(connection, record);
    return waiting.length > 0 ? waiting : ['The rollback is still running.'];
  }
  if (record.ending === 'Joined the active rollback') return nextStepOfTheActiveOne(connection, record.phase);
  const stopped = record.ending === null ? [stoppedSentence(status, error, cause)] : [];
  const review = reviewStep(record, connection.name);
  if (!(await holdsFleet(connection, record))) return [...stopped, ...review];
  return [
    ...stopped,
    `Fleet ${record.fleet} is still held by this rollback, so no other rollback can act. Release the fleet once it is safe (docs/runbook.md#needs-a-person):`,
    `  ${releaseCommand(record.rollback_id, connection.name)}`,
    ...againFrom(record, connection.name),
    ...review,
  ];
}

type Again = Pick<RollbackRecord, 'phase' | 'phases' | 'only_hosts' | 'steps' | 'left_out' | 'hosts_not_online'>;

/** Returns how a fresh rollback begins at the step that failed, or with the phases that are left; [] if no step failed. */
export function againFrom(record: Again, environment: string): string[] {
  const { phase, phases, only_hosts, steps } = record;
  if (phases) {
    const starts = startCommandsLeft(record, environmentOption(environment));
    const what =
      starts.length > 1
        ? 'what is not done, with each command right after the one before: the last one judges them all'
        : 'what is not done';
    return [`After that, roll back ${what}:`, ...starts.map((command) => `  ${command}`)];
  }
  const isCheck = (id: string) => checkIds.some((one) => one === id);
  const last = steps.findLast(({ step }) => !isCheck(step));
  if (!last || last.verdict === 'done') return [];
  return [
    'After that, a fresh rollback can begin at the step that failed, without repeating what was done:',
    `  ${beginCommand({ phase, only_hosts, step: last.step }, environment)}`,
  ];
}

/** Returns how to review a rollback whose review is open; [] for any other. */
const reviewStep = ({ rollback_id, review }: RollbackRecord, environment: string): string[] =>
  review?.verdict === null
    ? [
        `A second person must review by ${review.due} whether this rollback was right (docs/runbook.md#review-overdue):`,
        ...reviewCommands(rollback_id, environment)
          .split('\n')
          .map((command) => `  ${command}`),
      ]
    : [];

/** A rollback that joined another one did nothing itself, so the operator needs the other one's next step. */
async function nextStepOfTheActiveOne(connection: Connection, phase: number): Promise<string[]> {
  const id = (await stateItem(connection, openKey(phase)))?.['rollback'];
  const active = id === undefined ? undefined : await readRecord(connection, String(id));
  if (!active) return [];
  return [`The active rollback of phase ${phase} is ${active.rollback_id}.`, ...(await nextStep(connection, active))];
}

function stoppedSentence(status: string, error = '', cause = ''): string {
  const why = [error, cause].filter(Boolean).join(': ');
  return `The execution ended ${status} before the rollback had an ending${why === '' ? '' : ` (${why})`}. Reconcile cancels commands that still run within two minutes.`;
}

const holdsFleet = async (connection: Connection, { fleet, rollback_id }: RollbackRecord): Promise<boolean> =>
  (await stateItem(connection, lockKey(fleet)))?.['rollback'] === rollback_id;

async function stateItem({ db, name }: Connection, Key: Key) {
  const { Item } = await db.send(new GetCommand({ TableName: tableNames(name).state, Key, ConsistentRead: true }));
  return Item;
}
