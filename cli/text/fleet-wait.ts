import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { fleetWait, type Holder, waitingLines } from '../../domain/reconcile/fleet-wait.ts';
import { lockKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { executionState } from '../account/execution.ts';
import { readEvents, readRecord } from '../account/read-history.ts';

/** What to know of a rollback that waits for its fleet; [] where it does not wait. */
export async function waitingForTheFleet(account: Connection, record: RollbackRecord): Promise<string[]> {
  if (record.fence !== null) return [];
  const wait = fleetWait(await readEvents(account, record.rollback_id));
  if (!wait) return [];
  const { deadline, alarm } = record;
  return waitingLines(wait, { deadline, byHand: alarm === null }, await holderOf(account, wait.fleet));
}

async function holderOf(account: Connection, fleet: string): Promise<Holder | null> {
  const { Item } = await account.db.send(
    new GetCommand({ TableName: tableNames(account.name).state, Key: lockKey(fleet), ConsistentRead: true }),
  );
  if (!Item) return null;
  const lock = Item as Pick<Holder, 'rollback' | 'execution_arn' | 'phase' | 'taken_at'>;
  const { status } = await executionState(account, lock.execution_arn);
  return { ...lock, status, ending: (await readRecord(account, lock.rollback))?.ending };
}
