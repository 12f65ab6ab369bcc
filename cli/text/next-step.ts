import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { type Key, lockKey, openKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { readRecord } from '../account/read-history.ts';
import { waitingForTheFleet } from './fleet-wait.ts';
import { openQuestion } from './open-question.ts';

/** What an operator must know and do next: still running, waiting for an answer, stopped without an ending, or holding the fleet. */
export async function nextStep(account: Connection, record: RollbackRecord): Promise<string[]> {
  const { status, error, cause } = await executionState(account, record.execution_arn);
  if (status === 'RUNNING') {
    const question = await openQuestion(account, record);
    if (question.length > 0) return question;
    const waiting = await waitingForTheFleet(account, record);
    return waiting.length > 0 ? waiting : ['It is still running.'];
  }
  if (record.ending === 'Joined the active rollback') return ofTheLiveOne(account, record.phase);
  const stopped = record.ending === null ? [stoppedSentence(status, error, cause)] : [];
  if (!(await holdsFleet(account, record))) return stopped;
  return [
    ...stopped,
    `It holds fleet ${record.fleet}: no other rollback acts until a person releases it (docs/runbook.md#needs-a-person).`,
    `  npm run rollback -- release --operator YOU --reason "why it is safe" --rollback ${record.rollback_id}`,
  ];
}

/** Who has joined a rollback wants to know of that one. */
async function ofTheLiveOne(account: Connection, phase: number): Promise<string[]> {
  const id = (await stateItem(account, openKey(phase)))?.['rollback'];
  const live = id === undefined ? undefined : await readRecord(account, String(id));
  return live ? [`Phase ${phase}'s rollback is ${live.rollback_id}.`, ...(await nextStep(account, live))] : [];
}

const stoppedSentence = (status: string, error = '', cause = '') =>
  `Its execution ended ${status} without an ending${[error, cause].filter(Boolean).length > 0 ? ` (${[error, cause].filter(Boolean).join(': ')})` : ''}. What ran on hosts then went on to its own end.`;

const holdsFleet = async (account: Connection, { fleet, rollback_id }: RollbackRecord): Promise<boolean> =>
  (await stateItem(account, lockKey(fleet)))?.['rollback'] === rollback_id;

async function stateItem({ db, name }: Connection, Key: Key) {
  const { Item } = await db.send(new GetCommand({ TableName: tableNames(name).state, Key, ConsistentRead: true }));
  return Item;
}
