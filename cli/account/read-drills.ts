import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { HeldDrill } from '../../domain/drill/drill.ts';
import { drillsOf, heldDrills, tableNames } from '../../domain/tables.ts';
import type { Tables } from './clients.ts';

/** Reads the newest drill of each pair of trigger and phase. */
export async function readHeldDrills({ db, name }: Tables): Promise<HeldDrill[]> {
  const query = {
    TableName: tableNames(name).state,
    KeyConditionExpression: 'pk = :drills AND begins_with(sk, :held)',
    ExpressionAttributeValues: { ':drills': drillsOf, ':held': heldDrills },
    ConsistentRead: true,
  };
  const found: HeldDrill[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db }, query))
    for (const { pk: _, sk: __, ...drill } of Items) found.push(drill as HeldDrill);
  return found;
}
