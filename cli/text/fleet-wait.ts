import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { fleetWait, type Holder, waitingLines } from '../../domain/reconcile/fleet-wait.ts';
import { lockKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { readEvents, readRecord } from '../account/read-history.ts';

/** Explains a rollback's wait for its fleet: the holder, the limit, what to do; [] if the rollback does not wait. */
export async function waitingForTheFleet(connection: Connection, record: RollbackRecord): Promise<string[]> {
  if (record.ending !== null) return [];
  const wait = fleetWait(await readEvents(connection, record.rollback_id));
  if (!wait) return [];
  const { deadline, alarm } = record;
  return waitingLines(wait, { deadline, byHand: alarm === null }, await holderOf(connection, wait.fleet));
}

async function holderOf(connection: Connection, fleet: string): Promise<Holder | null> {
  const { Item } = await connection.db.send(
    new GetCommand({ TableName: tableNames(connection.name).state, Key: lockKey(fleet), ConsistentRead: true }),
  );
  if (!Item) return null;
  const lock = Item as Pick<Holder, 'rollback' | 'execution_arn' | 'phase' | 'taken_at'>;
  const { status } = await executionState(connection, lock.execution_arn);
  const record = await readRecord(connection, lock.rollback);
  const question = record?.questions.find(({ kind, outcome }) => kind === 'hand-over' && outcome === null);
  return { ...lock, status, ending: record?.ending, handsOverUntil: question?.deadline };
}
