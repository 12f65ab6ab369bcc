import { describe, expect, test } from 'vitest';
import { type RollbackRecord, recordOf } from '../../../domain/history/record.ts';
import {
  facets,
  hostIndexAttributes,
  indexAttributes,
  indexName,
  summaryAttribute,
  withoutIndex,
} from '../../../domain/history/record-index.ts';
import { chainOf, closed, frozen, opened } from './sample-events.ts';

const [type, at, detail] = frozen;
const deployment = { version: 'v1.4.0', at: '2026-03-02T08:00:00.000Z' };
const record = recordOf(chainOf(opened, [type, at, { ...detail, deployment }], closed));

test('a RECORD is in every index but that of hosts and of what it does not have', () => {
  expect(indexAttributes({ ...record, principal: null })).toMatchObject({
    by_operator: 'ana',
    by_version: 'v1.4.0',
    by_ending: 'Rolled back',
    by_cause: 'false',
    by_trigger: 'manual',
    by_severity: 'HIGH',
    by_phase: '1',
    by_mode: 'live',
    started: '2026-03-02T09:00:00.000Z#r-1',
  });
  expect(indexAttributes(record)).not.toHaveProperty('by_principal');
  expect(indexAttributes(record)).not.toHaveProperty('by_host');
});

test('a HOST item is in the index of hosts, where the items of one rollback lie together', () => {
  expect(hostIndexAttributes('i-1', 'r-1', 'clear-cache', '2026-03-02T09:00:00.000Z')).toEqual({
    by_host: 'i-1',
    started: '2026-03-02T09:00:00.000Z#r-1#clear-cache',
  });
});

describe('a value that DynamoDB refuses as a key', () => {
  test.each([
    ['an empty text', ''],
    ['2,049 bytes', 'x'.repeat(2049)],
    ['2,049 bytes in fewer characters', `${'ü'.repeat(1024)}x`],
  ])('leaves the RECORD out of that index: %s', (_, operator) => {
    expect(indexAttributes({ ...record, operator })).not.toHaveProperty('by_operator');
  });

  test('is no more than that: 2,048 bytes are in the index', () => {
    expect(indexAttributes({ ...record, operator: 'ü'.repeat(1024) })).toHaveProperty('by_operator');
  });
});

test('a RECORD of an older version, which lacks fields, is indexed: live, and null for what is missing', () => {
  const older = { rollback_id: 'r-0', phase: 1, start_time: '2025-01-01T00:00:00.000Z' } as RollbackRecord;
  expect(indexAttributes(older)).toEqual({
    by_cause: 'false',
    by_mode: 'live',
    by_phase: '1',
    started: '2025-01-01T00:00:00.000Z#r-0',
    summary: expect.objectContaining({ rollback_id: 'r-0', severity: null, hosts: null, cause: false }),
  });
});

test('a stored item is divided into its fields and its index attributes', () => {
  expect(withoutIndex({ ...record, ...indexAttributes(record) })).toEqual({
    fields: record,
    index: indexAttributes(record),
  });
});

describe("DynamoDB's limits hold:", () => {
  test('20 indexes in a table', () => expect(facets.length).toBeLessThanOrEqual(20));

  test('100 attributes, beside keys, in all indexes together', () => {
    const projected = facets.flatMap(() => [summaryAttribute]);
    expect(projected.length).toBeLessThanOrEqual(100);
  });

  test("an index's name has 3 to 255 letters, digits, _ - .", () => {
    expect(facets.map(indexName).filter((name) => !/^[\w.-]{3,255}$/.test(name))).toEqual([]);
  });
});
