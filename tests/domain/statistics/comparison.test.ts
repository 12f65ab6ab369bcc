import { expect, test } from 'vitest';
import { countedDirectly, countsOf, differences } from '../../../domain/statistics/comparison.ts';
import { summed } from '../../../domain/statistics/counters.ts';
import { eventsOf, type Sample } from './sample-rollbacks.ts';

const start = '2026-11-05T10:00:00.000Z';
const direct = (...samples: readonly Partial<Sample>[]) =>
  countedDirectly(
    samples.map((changes, n) => countsOf(eventsOf({ id: `r-${n}`, start, ...changes }))),
    '2026-11',
    'live',
  );

test('counters that are the sum of the rollbacks do not differ', () => {
  const [one, other] = direct({}, { ended: 20 });
  if (!one || !other) throw new Error('Two rollbacks count.');
  const stored = [{ cell: one.cell, counters: summed([one.counters, other.counters]) }];
  expect(differences(stored, [one, other])).toEqual([]);
});

test('a rollback that is not counted, and a cell that counts too much, differ', () => {
  const [first, second] = direct({ phase: 1 }, { phase: 2 });
  if (!first || !second) throw new Error('Two rollbacks count.');
  const stored = [{ cell: first.cell, counters: { ...first.counters, count: 5 } }];
  expect(differences(stored, [first, second])).toEqual([
    { phase: 1, trigger: 'data_corruption', counted: 5, found: 1 },
    { phase: 2, trigger: 'data_corruption', counted: 0, found: 1 },
  ]);
});

test('rollbacks of other months, of other modes and without an ending are left out', () => {
  expect(direct({ start: '2026-12-01T10:00:00.000Z' }, { mode: 'plan' }, { ending: null })).toEqual([]);
});

test('a rollback of the next month counts for the failed deployment of this one', () => {
  const found = direct({ start: '2026-12-01T10:00:00.000Z', deployed_at: '2026-11-30T23:00:00.000Z' });
  expect(found.map(({ cell, counters }) => [cell.trigger, counters['failed']])).toEqual([['DEPLOYMENTS', 1]]);
});
