import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type HistoryFilter, historyQuery } from '../../domain/history/history-query.ts';
import { isRecordItem, type ListedItem } from '../../domain/history/listed-item.ts';
import { nearMiss } from '../../domain/near-miss.ts';
import { seenOf, tableNames } from '../../domain/tables.ts';
import type { Tables } from './clients.ts';

/** A filter's value that no rollback has, and a known one that may have been meant. */
export type NearValue = { readonly filter: string; readonly found: string; readonly near: string };

/** The filters whose values no file lists: they are known from rollbacks only. */
const open = ['operator', 'principal', 'version'] as const;

/**
 * Returns, for a list without rollbacks, which of its values may be misspelt: each is compared with those of the newest
 * rollbacks, and a host with the inventory. Two Queries of one page each, however many rollbacks there are.
 */
export async function nearValues(connection: Tables, filter: HistoryFilter): Promise<NearValue[]> {
  const asked = open.flatMap((name) => (filter[name] === undefined ? [] : [{ name, found: filter[name] }]));
  const newest = asked.length > 0 ? await newestItems(connection, filter.mode) : [];
  const values = asked.flatMap(({ name, found }) => {
    const known = new Set(newest.flatMap(({ summary }) => summary?.[name] ?? []));
    const near = known.has(found) ? undefined : nearMiss(found, [...known]);
    return near === undefined ? [] : [{ filter: name, found, near }];
  });
  return [...(filter.host === undefined ? [] : await nearHost(connection, filter.host)), ...values];
}

async function newestItems({ db, name }: Tables, mode = 'live'): Promise<ListedItem[]> {
  const query = historyQuery(tableNames(name).history, { mode }, { limit: 1500 });
  const { Items = [] } = await db.send(new QueryCommand(query));
  return (Items as ListedItem[]).filter(isRecordItem);
}

/** An instance id of full length that is near to another one is another host, not a misspelt one. */
const instanceId = /^m?i-[0-9a-f]{17}$/;

/** Returns the instance id of a host by its name, or by a name or an id that is near. */
async function nearHost({ db, name }: Tables, found: string): Promise<NearValue[]> {
  if (instanceId.test(found)) return [];
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: tableNames(name).state,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': seenOf },
    }),
  );
  const hosts = Items.map((item) => ({ id: String(item['sk']), name: String(item['name']) }));
  const words = hosts.flatMap((host) => [host.name, host.id]);
  const word = words.includes(found) ? found : nearMiss(found, words);
  const near = hosts.find((host) => word !== undefined && [host.name, host.id].includes(word))?.id;
  return near === undefined || near === found ? [] : [{ filter: 'host', found, near }];
}
