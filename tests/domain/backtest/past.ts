import { EXTRA_DATAPOINTS, verdict } from 'embedded-aws/alarm-verdict';
import { readTriggers } from '../../../config/infra.ts';
import type { BacktestRules } from '../../../domain/backtest/backtest.ts';
import type { MetricPast } from '../../../domain/backtest/stretch.ts';
import type { Statistic } from '../../../domain/infra/triggers-file.ts';

export const evaluation = { verdict, extraDatapoints: EXTRA_DATAPOINTS };
export const triggers = readTriggers();

export const rules: BacktestRules = {
  triggers,
  environment: {
    brakes: { budget: 3, cool_down: 1800, watch_window: 4 * 3600, few_ill: 'ask' },
    questions: { confirm: 900, hand_over: 14_400, choose: 'rollback' },
    limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  },
  phases: [1, 2, 3, 4].map((phase) => ({ phase, rollback_safe: true, expected_minutes: 6 })),
};

export const start = Date.parse('2026-09-01T00:00:00.000Z');
/** The instant after so many seconds, ISO 8601. */
export const instant = (seconds: number) => new Date(start + seconds * 1000).toISOString();

type Made = { readonly phase?: number; readonly metric?: string; readonly period?: number; readonly from?: number };

/** A metric with one stretch; null: nothing was published in that period. */
export function metricPast(values: readonly (number | null)[], made: Made = {}): MetricPast {
  const { phase = 1, metric = 'SystemFailures', period = 10, from = 0 } = made;
  const statistic: Statistic = metric === 'Accuracy' ? 'Minimum' : 'Maximum';
  return {
    phase,
    metric,
    statistic,
    stretches: [
      {
        start: start + from * 1000,
        period_seconds: period,
        values: Float64Array.from(values, (value) => value ?? Number.NaN),
      },
    ],
  };
}

/** `count` times the same value. */
export const times = (count: number, value: number | null) => Array.from({ length: count }, () => value);
