import { describe, expect, test } from 'vitest';
import { backtest } from '../../../domain/backtest/backtest.ts';
import type { Sessions } from '../../../domain/calendar/sessions.ts';
import { evaluation, metricPast, rules, start, times } from './past.ts';

const hour = 3600_000;
/** Three sessions of eight hours, one per day; the hosts publish from the pre-open to the close. */
const calendar: Sessions = {
  from: start,
  until: start + 72 * hour,
  sessions: [0, 24, 48].map((from) => ({ from: start + from * hour, until: start + (from + 8) * hour })),
};
const published = (hours: number) => times(hours * 360, 0);
const silent = (hours: number) => times(hours * 360, null);
/** A minute of the next period, because the last datapoint of a session is not missing yet. */
const minute = times(6, 0);
const day = [...published(8), ...minute, ...silent(16).slice(6)];

const cases = (values: readonly (number | null)[], sessions?: Sessions) =>
  backtest({ metrics: [metricPast(values)], deployments: [] }, { ...rules, sessionsOf: () => sessions }, evaluation);

describe('a nightly shutdown in a backtest', () => {
  test('begins no rollback, and without a calendar one per night', () => {
    const nights = [...day, ...day, ...day];
    expect(cases(nights, calendar)).toEqual([]);
    expect(cases(nights)).toHaveLength(3);
  });

  test('that lasts into the session begins one, five minutes after the pre-open', () => {
    const late = [...day, ...silent(1), ...published(7)];
    expect(cases(late, calendar).map(({ at }) => (Date.parse(at) - start) / hour)).toEqual([24 + 1 / 12]);
  });

  test('that begins before the close is silence as ever', () => {
    const early = [...published(7), ...silent(17), ...day];
    expect(cases(early, calendar)).toHaveLength(1);
  });
});
