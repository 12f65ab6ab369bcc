import { describe, expect, test } from 'vitest';
import { isOwnItem } from '../../../domain/history/own-items.ts';
import * as tables from '../../../domain/tables.ts';
import {
  attemptKey,
  endedKey,
  eventKey,
  frozenKey,
  hostKey,
  type Key,
  lateKey,
  recordKey,
  tokenKey,
} from '../../../domain/tables.ts';

const verdict = { step: 'clear-cache', instance_id: 'i-1' };

/** Each kind of item below a rollback's partition keys: its key, and what of its content the key must match. */
const own: readonly (readonly [string, Key, Record<string, unknown>])[] = [
  ['a RECORD', recordKey('r'), {}],
  ['an event', eventKey('r', 7), { sequence: 7 }],
  ['a host report', hostKey('r', 'clear-cache', 'i-1'), verdict],
  ['what the opening froze', frozenKey('r'), {}],
  ['the ending', endedKey('r'), {}],
  ['a step', attemptKey('r', 'clear-cache'), {}],
  ['an event that waits', lateKey('r', '1#00000001#closed'), {}],
  ['a report that waits', lateKey('r', '2#clear-cache#i-1'), {}],
  ['a link that waits', lateKey('r', '3#sealed'), {}],
  ['a token', tokenKey('r', 2), {}],
];

test('the list has every key of domain/tables.ts that is under a partition key of one rollback', () => {
  /** The part of a key that is the same for all rollbacks: `ROLLBACK STEP`. */
  const kindOf = ({ pk, sk }: Key) => `${pk.split('#')[0]} ${/^[A-Z ]+(?=#|$)/.exec(sk)?.[0] ?? ''}`;
  const made = Object.values(tables).map((one) => {
    try {
      return typeof one === 'function' ? (one as (...args: unknown[]) => unknown)('r', 7, 'x') : one;
    } catch {
      return null; // a key with a time in it is that of a list of many rollbacks
    }
  });
  const isKey = (one: unknown): one is Key => typeof one === 'object' && one !== null && 'pk' in one && 'sk' in one;
  const ofOneRollback = made
    .filter(isKey)
    .filter(({ pk }) => /^(RECORD|EVENT|HOST|ROLLBACK|LATE|TOKEN)#r(#|$)/.test(pk));
  const listed = own.map(([, key]) => kindOf(key));
  expect(ofOneRollback.map(kindOf).filter((kind) => !listed.includes(kind))).toEqual([]);
  expect(ofOneRollback).toHaveLength(8);
});

describe.each(own)('%s', (_, key, content) => {
  test('is understood under its key', () => {
    expect(isOwnItem('r', { ...key, ...content })).toBe(true);
  });

  const others = [
    `${key.sk} `,
    ` ${key.sk}`,
    `${key.sk}#x`,
    `x${key.sk}`,
    key.sk.toLowerCase() === key.sk ? key.sk.toUpperCase() : key.sk.toLowerCase(),
    key.sk.slice(0, -1),
    'x',
    'DECISION',
  ].filter((sk) => sk !== key.sk);
  // The names of steps and events are free, so the beginning of such a key decides.
  const [free] = /^(STEP#|1#|2#)/.exec(key.sk) ?? [];

  test.each(others.filter((sk) => free === undefined || !sk.startsWith(free)))('is not under the sort key %j', (sk) => {
    expect(isOwnItem('r', { ...content, pk: key.pk, sk })).toBe(false);
  });

  test.each([`${key.pk}x`, `x${key.pk}`, key.pk.toLowerCase()])('is not under the partition key %s', (pk) => {
    expect(isOwnItem('r', { ...content, pk, sk: key.sk })).toBe(pk.startsWith('TOKEN#r#'));
  });
});

test.each([
  ['an event of another place', eventKey('r', 7), { sequence: 8 }],
  ['an event without a place', eventKey('r', 7), {}],
  ['a host report of another step', hostKey('r', 'clear-cache', 'i-1'), { ...verdict, step: 'verify' }],
  ['a host report of another host', hostKey('r', 'clear-cache', 'i-1'), { ...verdict, instance_id: 'i-2' }],
  ['a host report without content', hostKey('r', 'clear-cache', 'i-1'), {}],
])('%s is not understood', (_, key, content) => {
  expect(isOwnItem('r', { ...key, ...content })).toBe(false);
});
