import { hostsOf, type Key, recordKey } from '../tables.ts';
import type { RecordSummary } from './record-index.ts';

/** An item as an index of the history table returns it. */
export type ListedItem = Key & {
  readonly started: string;
  readonly summary?: RecordSummary;
  readonly by_host?: string;
};

/** Whether an item has the key of the RECORD that it shows. The product stores a RECORD under that key only. */
export const isRecordItem = (item: ListedItem): boolean =>
  item.summary !== undefined && rollbackOf(item) === item.summary.rollback_id;

/** Returns the rollback whose RECORD has this key; undefined if no RECORD has it. */
export const rollbackOf = ({ pk, sk }: Key): string | undefined =>
  pk.startsWith(records.pk) && sk === records.sk ? pk.slice(records.pk.length) : undefined;

const records = recordKey('');

/** Whether an item has the key of a HOST item of the host under which it is found. */
export const isHostItem = ({ pk, sk, by_host }: ListedItem): boolean =>
  pk.startsWith(hostsOf('')) && sk.endsWith(`#${by_host}`);

/** Returns the rollback of a HOST item that is found under its own host; undefined for any other item. */
export const rollbackOfHost = (item: ListedItem): string | undefined =>
  isHostItem(item) ? item.pk.slice(hostsOf('').length) : undefined;

/** Returns a key in the words of a finding. */
export const keyText = ({ pk, sk }: Key): string => `pk ${JSON.stringify(pk)}, sk ${JSON.stringify(sk)}`;
