import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { byUrgency } from '../../domain/decision/urgency.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { lowestOf, type OfPhases } from '../../domain/phases.ts';
import { type Key, lockKey, openKey, openPrefix, phaseOf, tableNames } from '../../domain/tables.ts';
import type { Connection } from './clients.ts';
import { readRecord } from './read-history.ts';

/**
 * Returns the rollbacks that are not over: those that are open in one of the phases, and the one that holds the fleet. The
 * most urgent is first.
 */
export async function liveRollbacks(connection: Connection, phases: readonly number[]): Promise<RollbackRecord[]> {
  const [holder, ...open] = await Promise.all([
    fleetHolder(connection),
    ...phases.map((phase) => openOf(connection, phase)),
  ]);
  const ids = new Set([...open.flat(), ...(holder ? [holder.rollback] : [])]);
  const records = await Promise.all([...ids].map((id) => readRecord(connection, id)));
  return records.filter((one) => one !== undefined).toSorted(byUrgency);
}

async function openOf({ db, name }: Connection, phase: number): Promise<string[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: tableNames(name).state,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :open)',
      ExpressionAttributeValues: { ':pk': phaseOf(phase), ':open': openPrefix },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ rollback }) => String(rollback));
}

/** A live rollback, with its phases. */
export type OpenRollback = OfPhases & { readonly rollback: string };

/** Returns the rollback of the whole fleet that is open in a phase: starts and alarms join it. */
export const phaseRollback = async (connection: Connection, phase: number): Promise<OpenRollback | undefined> => {
  const claim = (await stateItem(connection, openKey(phase))) as Omit<OpenRollback, 'phase'> | undefined;
  return claim && { ...claim, ...lowestOf({ phase, phases: claim.phases }) };
};

/** Returns the rollback that holds the environment's fleet; undefined if the fleet is free. */
export const fleetHolder = async (connection: Connection): Promise<OpenRollback | undefined> =>
  (await stateItem(connection, lockKey(connection.environment.fleet.name))) as OpenRollback | undefined;

async function stateItem({ db, name }: Connection, Key: Key) {
  const { Item } = await db.send(new GetCommand({ TableName: tableNames(name).state, Key, ConsistentRead: true }));
  return Item;
}
