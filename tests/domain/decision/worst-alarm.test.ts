import { describe, expect, test } from 'vitest';
import { fewToActOn, removesTheObjection, unprovedHosts } from '../../../domain/decision/worst-alarm.ts';
import type { RollbackRecord } from '../../../domain/history/record.ts';
import type { HostWitness } from '../../../domain/witness/host-witness.ts';

const host = (n: number) => ({ instance_id: `i-${n}`, name: `host-${n}` });
const few = (n: number, peers: HostWitness['peers'], unknown = 0): HostWitness => ({
  ...{ finding: 'few', by: 'metrics', hosts: 8, ill: 1, well: 7 - unknown, unknown, names: [`host-${n}`] },
  ...{ only: [host(n)], says: [] },
  ...(peers ? { peers } : {}),
});
const many: HostWitness = {
  ...{ finding: 'many', by: 'metrics', hosts: 8, ill: 4, well: 4, unknown: 0, names: [], says: [] },
};
const own = { name: 'a', changed_at: '2026-03-02T09:00:00.000Z' };
const look = (witness: HostWitness) => ({ alarm: own.name, changed_at: own.changed_at, severity: 'CRITICAL', witness });
const other = (witness?: HostWitness) => ({ ...look(many), alarm: 'b', witness });
const recordWith = (first: HostWitness, ...joined: object[]) =>
  ({ alarm: own, assessment: { witness: first }, joined }) as unknown as RollbackRecord;

describe('the few hosts on which a rollback acts alone', () => {
  test.each([
    ['the first look proves its host', recordWith(few(3, 'same')), ['host-3'], []],
    ['the first look does not', recordWith(few(3, 'unknown')), undefined, ['host-3']],
    ['a later look at the same alarm does', recordWith(few(3, 'unknown'), look(few(3, 'same'))), ['host-3'], []],
    ['a later look finds many', recordWith(few(3, 'same'), look(many)), undefined, []],
    ['another alarm proves the same host', recordWith(few(3, 'unknown'), other(few(3, 'same'))), ['host-3'], []],
    ['another alarm proves another host', recordWith(few(3, 'unknown'), other(few(4, 'same'))), undefined, ['host-3']],
    ['another alarm does not prove its own', recordWith(few(3, 'same'), other(few(4, 'other'))), undefined, ['host-4']],
    ['two alarms prove more than a few', recordWith(few(3, 'same'), other(few(4, 'same'))), undefined, []],
    ['nobody looked for another alarm', recordWith(few(3, 'same'), other()), undefined, []],
  ])('%s', (_, record, act, asks) => {
    expect(fewToActOn(record, 'act')?.map(({ name }) => name)).toEqual(act);
    expect(unprovedHosts(record, 'act').map(({ name }) => name)).toEqual(asks);
  });
});

test.each([
  ['many are ill', few(3, 'unknown'), many, 'ask', true],
  ['peers are well by now', few(3, 'unknown'), few(3, 'same'), 'act', true],
  ['every host is seen by now', few(3, 'same', 1), few(3, 'same'), 'act', true],
  ['peers are well, but people decide on few hosts', few(3, 'unknown'), few(3, 'same'), 'ask', false],
  ['peers were well before: something else is against it', few(3, 'same'), few(3, 'same'), 'act', false],
  ['peers are still unknown', few(3, 'unknown'), few(3, 'unknown'), 'act', false],
  ['nobody looked', few(3, 'unknown'), undefined, 'act', false],
] as const)('another look, %s', (_, first, again, rule, removes) => {
  expect(removesTheObjection(recordWith(first), rule, again)).toBe(removes);
});
