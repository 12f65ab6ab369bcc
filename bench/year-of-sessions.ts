import { EXTRA_DATAPOINTS, verdict } from 'embedded-aws/alarm-verdict';
import { readCalendar, sessionsOf } from '../config/calendars.ts';
import { readTriggers } from '../config/infra.ts';
import { backtest } from '../domain/backtest/backtest.ts';
import type { MetricPast } from '../domain/backtest/stretch.ts';
import type { Sessions } from '../domain/calendar/sessions.ts';
import type { Figure } from './figure.ts';

const venue = 'xnys';
const period = 10;
const start = Date.parse('2026-01-01T05:00:00Z'); // midnight at the venue
const days = 365;

/** A minute after each close the hosts are shut down; a minute after each pre-open they publish. */
const minute = 60_000;

/** Counts the rollbacks and questions of a year in which the hosts are shut down every night, in the data of the alarm on silence. */
export function yearOfSessions(): Figure[] {
  const calendar = sessionsOf(readCalendar(venue));
  const rules = {
    triggers: readTriggers(),
    environment: {
      brakes: { budget: 3, cool_down: 1800, watch_window: 4 * 3600, few_ill: 'ask' as const },
      questions: { confirm: 900, hand_over: 14_400, choose: 'rollback' as const },
      limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
    },
    phases: [{ phase: 1, rollback_safe: true, expected_minutes: 6 }],
  };
  const past = { metrics: [yearOf(calendar)], deployments: [] };
  const evaluation = { verdict, extraDatapoints: EXTRA_DATAPOINTS };
  const before = process.cpuUsage();
  const pages = backtest(past, { ...rules, sessionsOf: () => calendar }, evaluation).length;
  const without = backtest(past, rules, evaluation).length;
  const { user, system } = process.cpuUsage(before);
  const seconds = Math.round((user + system) / 100_000) / 10;
  const nights = calendar.sessions.filter(({ until }) => until < start + days * 86_400_000).length;
  return [
    { name: `a year of ${nights} sessions, twice: processor time`, value: seconds, unit: 's', most: 600 },
    { name: 'pages in a year of nightly shutdowns', value: pages, unit: 'pages', most: 0 },
    { name: 'the same without a calendar', value: without, unit: 'pages', least: 200 },
  ];
}

function yearOf({ sessions }: Sessions): MetricPast {
  const values = new Float64Array((days * 86_400) / period).fill(Number.NaN);
  const index = (at: number) => Math.max(0, Math.floor((at - start) / 1000 / period));
  for (const { from, until } of sessions) values.fill(0, index(from + minute), index(until + minute));
  return {
    ...{ phase: 1, metric: 'SystemFailures', statistic: 'Maximum' },
    stretches: [{ start, period_seconds: period, values }],
  };
}
