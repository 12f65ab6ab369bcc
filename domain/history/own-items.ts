import {
  attemptKey,
  endedKey,
  eventKey,
  eventsOf,
  frozenKey,
  hostKey,
  hostsOf,
  type Key,
  lateKey,
  recordKey,
  tokenKey,
} from '../tables.ts';

/** An item under one of a rollback's partition keys. Of an item in the state table the key is enough. */
export type PlacedItem = Key & Readonly<Record<string, unknown>>;

/**
 * Returns whether the product stores such an item under its key: whether a reader understands it. Any other item under a
 * rollback's partition keys was written by hand, and no reader takes it for a part of the rollback.
 *
 * Decisions have a check of their own (decision-integrity.ts), because functions pass over those that do not count.
 */
export function isOwnItem(rollback: string, item: PlacedItem): boolean {
  const { pk, sk } = item;
  switch (pk) {
    case recordKey(rollback).pk:
      return sk === recordKey(rollback).sk;
    case eventsOf(rollback):
      return Number.isInteger(item['sequence']) && sk === eventKey(rollback, item['sequence'] as number).sk;
    case hostsOf(rollback):
      return isText(item['step']) && isText(item['instance_id']) && sk === hostSortKey(item);
    case frozenKey(rollback).pk:
      return [frozenKey(rollback).sk, endedKey(rollback).sk].includes(sk) || isLonger(sk, attemptKey(rollback, '').sk);
    case lateKey(rollback, '').pk:
      return /^(1#\d{8}#.+|2#[^#]+#.+|3#(opened|sealed))$/.test(sk);
    default:
      return pk.startsWith(tokensOf(rollback)) && sk === tokenKey(rollback, 1).sk;
  }
}

/** The beginning of the partition keys of a rollback's tokens, one per question. */
const tokensOf = (rollback: string) => tokenKey(rollback, '*').pk.slice(0, -1);

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isLonger = (sk: string, prefix: string) => sk.startsWith(prefix) && sk.length > prefix.length;
const hostSortKey = (item: PlacedItem) => hostKey('', item['step'] as string, item['instance_id'] as string).sk;
