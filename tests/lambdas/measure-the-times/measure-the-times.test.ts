import { beforeEach, expect, test } from 'vitest';
import { contributionOf } from '../../../domain/statistics/contribution.ts';
import { measureTheTimes } from '../../../lambdas/measure-the-times/measure-the-times.ts';
import { readMonthsIn } from '../../../lambdas/stores/counted-months.ts';
import { statisticsIn } from '../../../lambdas/stores/statistics.ts';
import { eventsOf, type Sample } from '../../domain/statistics/sample-rollbacks.ts';
import { settings } from '../deciding-stores.ts';
import { emptyTables } from '../tables.ts';

let count: (sample: Omit<Sample, 'id'>) => Promise<void>;
let measured: () => ReturnType<typeof measureTheTimes>;
let published: number[];
beforeEach(async () => {
  const { db } = await emptyTables();
  const statistics = statisticsIn(db, 'history');
  count = async (sample) => {
    const counted = contributionOf(eventsOf({ id: `${sample.start}-${sample.phase}-${sample.mode}`, ...sample }));
    if (counted) await statistics.count(counted, 1);
  };
  published = [];
  measured = () =>
    measureTheTimes({
      readMonths: readMonthsIn(db, 'history'),
      limits: { limits: settings.limits, confirm: settings.confirm, questions: settings.questions },
      ...{ embedded: false, phases: [1, 2] },
      publish: async (percent) => void published.push(percent),
      now: () => Date.parse('2026-11-30T12:00:00Z'),
    });
});

const starts = (month: string) => [1, 2, 3, 4, 5].map((day) => `${month}-0${day}T10:00:00.000Z`);

test('the highest p95 of rollbacks and drills is published in percent of its limit', async () => {
  for (const start of starts('2026-11')) await count({ start, trigger: 'data_corruption', ended: 20 });
  for (const start of starts('2026-10'))
    await count({ start, trigger: 'data_corruption', ended: 5, phase: 2, mode: 'simulate', ending: 'Drill passed' });
  const { highest, outside } = await measured();
  expect(highest).toMatchObject({ kind: 'rollbacks', phase: 1, severity: 'CRITICAL', count: 5, limit: 15 });
  expect(outside).toEqual([highest]);
  expect(published).toEqual([highest?.percent]);
});

test('nothing is judged by months before the last three, and 0 is published', async () => {
  for (const start of starts('2026-08')) await count({ start, trigger: 'data_corruption', ended: 20 });
  expect(await measured()).toEqual({ highest: null, outside: [] });
  expect(published).toEqual([0]);
});
