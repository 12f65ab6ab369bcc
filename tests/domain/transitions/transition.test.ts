import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { chainWith, type Happened, type RollbackEvent } from '../../../domain/history/event.ts';
import { transitionSource, transitionsOf, transitionTypes } from '../../../domain/transitions/transition.ts';

const at = '2026-03-02T09:00:00.000Z';
const execution_arn = 'arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-1:r-1';
const opening: Happened = {
  id: 'rollback-opened',
  type: 'Rollback opened',
  at,
  detail: {
    ...{ phase: 1, phase_name: 'Enhanced Data', trigger: 'data_corruption', severity: 'CRITICAL', mode: 'live' },
    ...{ start_time: at, execution_arn, fleet: 'trading', reason: null, operator: 'ana', deadline: null },
  },
};
const after = (type: RollbackEvent['type'], detail: object, id = `${type}`): Happened => ({
  ...{ id, type, at, detail: { ...detail } },
});
const history = (...more: Happened[]) => chainWith('r-1', [], [opening, ...more]);
const whole = history(
  after('Question asked', { number: 1, kind: 'confirm', why: ['HIGH'], deadline: at, approvers: 1 }),
  after('Question settled', { number: 1, outcome: 'rollback', by: 'ana answered rollback' }),
  after('Decided', { decision: 'act', why: ['ana answered'] }),
  after('Fleet taken', { fleet: 'trading', fence: 3, incident: 'r-1' }),
  after('Step started', { step: 'clear-cache', attempt: 1, hosts: 2 }),
  after('Step failed', {
    ...{ step: 'clear-cache', attempt: 1, hosts: 2, hosts_done: 1 },
    failed: [{ host: 'host-1', reason: 'disk full' }],
  }),
  after('Step done', { step: 'clear-cache', attempt: 2, hosts: 2, hosts_done: 2, failed: [] }),
  after('Step skipped', { step: 'switch', operator: 'ana', reason: 'done by hand' }),
  after('Step passed over', { step: 'restore' }),
  after(
    'Recovery not confirmed',
    { verdict: 'FAIL', problem: 'red', checks: [], hosts: 2, hosts_done: 0 },
    'confirmed/1',
  ),
  after('Recovery confirmed', { verdict: 'PASS', version: 'v1', problem: null, checks: [], hosts: 2, hosts_done: 2 }),
  after('Rollback closed', { ending: 'Rolled back', problem: null, fleet: 'free' }),
  after('Sealed', { count: 13, head: 'x' }),
  after('Annotated', { operator: 'bo', root_cause: 'leak', prevention_measures: ['alarm'], by: 'arn' }),
);
const schema = JSON.parse(readFileSync(new URL('../../../docs/transition-event.schema.json', import.meta.url), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema as object);

describe('the transitions of a rollback', () => {
  test('are of every documented type, in the order of its history', () => {
    const found = transitionsOf('local', whole);
    expect(found.map(({ detail }) => detail.transition)).toEqual([
      ...['opened', 'asked', 'decided', 'decided', 'acting', 'step', 'step', 'step', 'step'],
      ...['confirmed', 'confirmed', 'ended', 'annotated'],
    ]);
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(Object.values(transitionTypes)));
    const order = found.map(({ detail }) => detail.sequence);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test.each(transitionsOf('local', whole).map((one) => [one.detail.transition, one.detail.sequence, one] as const))(
    '%s (event %i) fits the documented schema',
    (_, __, { detail }) => {
      expect([detail, isValid(detail)]).toEqual([detail, true]);
    },
  );

  test('the schema refuses a detail of another transition, and one without an id', () => {
    const [opened] = transitionsOf('local', whole);
    expect(isValid({ ...opened?.detail, transition: 'ended' })).toBe(false);
    expect(isValid({ ...opened?.detail, id: undefined })).toBe(false);
  });

  test('are the same when the rollback has gone on: a repeat is equal byte for byte', () => {
    for (const count of whole.keys()) {
      const early = transitionsOf('local', whole.slice(0, count));
      expect(transitionsOf('local', whole).slice(0, early.length)).toEqual(early);
    }
  });

  test('have one id each', () => {
    const ids = transitionsOf('local', whole).map(({ detail }) => detail.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids[0]).toBe('local/r-1/1');
  });

  test('stay small, however many hosts failed with however long reasons: ten fit one PutEvents of 256 KB', () => {
    const failed = Array.from({ length: 300 }, (_, i) => ({ host: `host-${i}`, reason: '"é'.repeat(20_000) }));
    const [, step] = transitionsOf('local', history(after('Step failed', { step: 'x', attempt: 1, failed })));
    expect(Buffer.byteLength(JSON.stringify(step))).toBeLessThan(25_000);
  });

  test('match no rule of AWS’s own events', () => expect(transitionSource).not.toMatch(/^aws\./));
});
