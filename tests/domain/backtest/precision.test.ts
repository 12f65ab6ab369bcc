import { describe, expect, test } from 'vitest';
import { backtest } from '../../../domain/backtest/backtest.ts';
import { figuresOf, judged, type KnownIncident, missed } from '../../../domain/backtest/precision.ts';
import { evaluation, instant, metricPast, rules, times, triggers } from './past.ts';

const metrics = [metricPast([...times(60, 0), ...times(12, 1), ...times(60, 0)])];
const cases = backtest({ metrics, deployments: [{ phase: 1, version: 'v1.1.0', at: instant(0) }] }, rules, evaluation);

const incident = (changes: Partial<KnownIncident> = {}): KnownIncident => ({
  id: 'INC-1',
  phase: 1,
  from: instant(600),
  to: instant(700),
  real: true,
  ...changes,
});

const pairOf = (incidents: readonly KnownIncident[]) =>
  figuresOf(judged(cases, incidents), { phases: rules.phases, metrics, triggers }).find(
    ({ phase, trigger }) => phase === 1 && trigger === 'system_failure',
  );

describe('a case that would have acted is compared with the incidents that people know of', () => {
  test.each([
    ['a real one at that time: right', incident(), { right: 1, wrong: 0, unknown: 0 }, 1],
    ['one that was a false positive: wrong', incident({ real: false }), { right: 0, wrong: 1, unknown: 0 }, 0],
    ['one that nobody has judged: unknown', incident({ real: null }), { right: 0, wrong: 0, unknown: 1 }, 0],
    ['one of another phase: unknown', incident({ phase: 2 }), { right: 0, wrong: 0, unknown: 1 }, 0],
    ['one that was over before: unknown', incident({ to: instant(610) }), { right: 0, wrong: 0, unknown: 1 }, 0],
    ['one that began after: unknown', incident({ from: instant(900) }), { right: 0, wrong: 0, unknown: 1 }, 0],
  ])('%s', (_, known, expected, precision) => {
    expect(pairOf([known])?.judged).toEqual(expected);
    expect(pairOf([known])?.precision).toBe(precision);
  });

  test('one of several phases is compared with a case of each', () => {
    const several = (...phases: readonly number[]) => incident({ phase: phases.at(-1) ?? 1, phases });
    expect(pairOf([several(1, 3, 2)])?.judged).toEqual({ right: 1, wrong: 0, unknown: 0 });
    expect(pairOf([several(3, 2)])?.judged).toEqual({ right: 0, wrong: 0, unknown: 1 });
  });

  test('of two at that time the real one counts', () => {
    expect(pairOf([incident({ id: 'a', real: false }), incident({ id: 'b' })])?.judged.right).toBe(1);
  });

  test('a pair that would never have acted has no precision, which is not 100 %', () => {
    const figures = figuresOf(judged(cases, []), { phases: rules.phases, metrics, triggers });
    expect(figures.find(({ phase }) => phase === 4)?.precision).toBeNull();
  });
});

test('a real incident during which nothing would have begun is missed', () => {
  const known = [incident(), incident({ id: 'INC-2', phase: 3 }), incident({ id: 'INC-3', phase: 2, phases: [2, 1] })];
  expect(missed(cases, known).map(({ id }) => id)).toEqual(['INC-2']);
});

test('there is a line for each of the 24 pairs of phase and trigger', () => {
  expect(figuresOf([], { phases: rules.phases, metrics, triggers })).toHaveLength(24);
});

describe('days with data', () => {
  test('fine data and coarse data are counted apart', () => {
    const [fine] = metrics;
    const coarse = metricPast(times(1440, 0), { period: 60, from: 86_400 });
    const both = fine && { ...fine, stretches: [...fine.stretches, ...coarse.stretches] };
    const [pair] = figuresOf([], { phases: rules.phases, metrics: both ? [both] : [], triggers });
    expect(pair?.days).toEqual({ exact: (132 * 10) / 86_400, coarse: 1 });
  });

  test('missing datapoints are no data', () => {
    const half = metricPast([...times(4320, 0), ...times(4320, null)]);
    const [pair] = figuresOf([], { phases: rules.phases, metrics: [half], triggers });
    expect(pair?.days.exact).toBe(0.5);
  });
});
