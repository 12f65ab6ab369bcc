import { beforeEach, expect, test } from 'vitest';
import { contributionOf } from '../../../domain/statistics/contribution.ts';
import { statisticsIn } from '../../../lambdas/stores/statistics.ts';
import { type ReadUsualMinutes, usualMinutesIn } from '../../../lambdas/stores/usual-minutes.ts';
import { eventsOf, type Sample } from '../../domain/statistics/sample-rollbacks.ts';
import { emptyTables } from '../tables.ts';

let count: (sample: Omit<Sample, 'id'>, generation?: number) => Promise<void>;
let usual: ReadUsualMinutes;
let statistics: ReturnType<typeof statisticsIn>;
beforeEach(async () => {
  const { db } = await emptyTables();
  statistics = statisticsIn(db, 'history');
  count = async (sample, generation = 1) => {
    const counted = contributionOf(eventsOf({ id: `${sample.start}-${sample.trigger}`, ...sample }));
    if (counted) await statistics.count(counted, generation);
  };
  usual = usualMinutesIn(db, 'history', () => Date.parse('2026-11-30T12:00:00Z'));
});

/** Five rollbacks: the fewest that say something about the next one. */
const five = [
  { start: '2026-11-05T10:00:00.000Z', trigger: 'manual' },
  { start: '2026-11-06T10:00:00.000Z', trigger: 'security_issue' },
  { start: '2026-10-05T10:00:00.000Z', trigger: 'cascade_failure' },
  { start: '2026-08-05T10:00:00.000Z', trigger: 'data_corruption' },
  { start: '2026-06-05T10:00:00.000Z', trigger: 'cost_explosion' },
];

test('the usual time is that of the last six months’ rollbacks, whatever triggered them', async () => {
  for (const one of five) await count({ ...one, ended: 10 });
  expect(await usual(1, 'CRITICAL')).toMatchObject({ rollbacks: 5 });
});

test('rollbacks of other phases, drills and older months are no part of it', async () => {
  for (const one of five.slice(1)) await count(one);
  await count({ start: '2026-05-31T10:00:00.000Z', trigger: 'manual' });
  await count({ start: '2026-11-07T10:00:00.000Z', trigger: 'manual', phase: 2 });
  await count({ start: '2026-11-08T10:00:00.000Z', trigger: 'manual', mode: 'simulate', ending: 'Drill passed' });
  expect(await usual(1, 'CRITICAL')).toBe(null);
});

test('a month that was rebuilt counts by its newest generation', async () => {
  for (const one of five) await count(one, one.start.startsWith('2026-11') ? 2 : 1);
  expect(await usual(1, 'CRITICAL')).toBe(null);
  await statistics.keepMonth({ month: '2026-11', generation: 2, rebuild: null });
  expect(await usual(1, 'CRITICAL')).toMatchObject({ rollbacks: 5 });
});
