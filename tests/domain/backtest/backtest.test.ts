import { describe, expect, test } from 'vitest';
import { type BacktestCase, backtest, type PastDeployment } from '../../../domain/backtest/backtest.ts';
import type { MetricPast } from '../../../domain/backtest/stretch.ts';
import { evaluation, instant, metricPast, rules, times } from './past.ts';

const deployed = (seconds: number, phase = 1): PastDeployment => ({ phase, version: 'v1.1.0', at: instant(seconds) });

const run = (metrics: readonly MetricPast[], deployments: readonly PastDeployment[] = [deployed(0)]) =>
  backtest({ metrics, deployments }, rules, evaluation);

const line = ({ phase, trigger, severity, outcome, verdict }: BacktestCase) =>
  `${phase} ${trigger} ${severity} ${outcome} ${verdict}`;

/** An outage of two minutes after ten minutes of health. */
const outage = [...times(60, 0), ...times(12, 1), ...times(60, 0)];

describe('what the product would have done', () => {
  test('a CRITICAL alarm within the watch window of a deployment would have acted', () => {
    expect(run([metricPast(outage)]).map(line)).toEqual(['1 system_failure CRITICAL acted act']);
  });

  test('the case names the instant at which the alarm turned red', () => {
    expect(run([metricPast(outage)])[0]?.at).toBe(instant(620));
  });

  test('it is open until the alarm is green', () => {
    expect(run([metricPast(outage)])[0]?.until).toBe(instant(740));
  });

  test('it is open at most until the limit of its severity, 15 minutes for CRITICAL', () => {
    const long = metricPast([...times(60, 0), ...times(600, 1)]);
    expect(run([long])[0]?.until).toBe(instant(620 + 900));
  });

  test('without a deployment it would have asked for a permit', () => {
    expect(run([metricPast(outage)], []).map(line)).toEqual(['1 system_failure CRITICAL asked ask permit']);
  });

  test('a HIGH alarm would have asked, and acted if nobody answered while it stayed red', () => {
    const metric = metricPast([...times(60, 0), ...times(200, 1)], { metric: 'DownstreamErrors' });
    const [found] = run([metric]);
    expect(found && line(found)).toBe('1 cascade_failure HIGH asked ask confirm');
    expect(found?.unanswered).toBe('act');
  });

  test('a HIGH alarm that recovers before the deadline would have stood down', () => {
    const metric = metricPast([...times(60, 0), ...times(12, 1), ...times(200, 0)], { metric: 'DownstreamErrors' });
    expect(run([metric])[0]?.unanswered).toBe('end Stood down');
  });

  test('a degradation is measured against the hour before the deployment', () => {
    const metric = metricPast([...times(70, 5), ...times(10, 25)], {
      metric: 'PerformanceDegradationPercent',
      period: 60,
    });
    const [found] = run([metric], [deployed(65 * 60)]);
    expect(found && line(found)).toBe('1 performance_degradation MEDIUM asked ask choose');
    expect(found?.severity).toBe('MEDIUM'); // 25 - 5 = 20 %
  });
});

describe('alarms of one phase are one rollback', () => {
  const security = metricPast([...times(63, 0), ...times(3, 1), ...times(60, 0)], { metric: 'SecurityIncidents' });

  test('a second alarm joins the first', () => {
    expect(run([metricPast(outage), security]).map(({ joined }) => joined)).toEqual([1]);
  });

  test('an alarm of another phase does not', () => {
    const other = metricPast(outage, { phase: 2 });
    expect(run([metricPast(outage), other], [deployed(0), deployed(0, 2)])).toHaveLength(2);
  });

  test('a worse alarm turns a question into an act', () => {
    const errors = metricPast(outage, { metric: 'DownstreamErrors' });
    expect(run([errors, security]).map(line)).toEqual(['1 security_issue CRITICAL acted act']);
  });
});

describe('brakes', () => {
  test('a second outage within the cool-down asks for a permit', () => {
    const twice = metricPast([...outage, ...times(12, 1), ...times(60, 0)]);
    expect(run([twice]).map(({ verdict }) => verdict)).toEqual(['act', 'ask permit']);
  });

  test('the fourth outage in a day asks for a permit, because the budget is 3', () => {
    const hourly = [...outage, ...times(360, 0)];
    const metric = metricPast([...hourly, ...hourly, ...hourly, ...hourly]);
    const deployments = [0, 1, 2, 3, 4].map((hour) => deployed(hour * 3600));
    expect(run([metric], deployments).map(({ verdict }) => verdict)).toEqual(['act', 'act', 'act', 'ask permit']);
  });
});

describe('silence', () => {
  const silent = [...times(60, 0), ...times(60, null)];

  test('a phase that falls silent alone would have acted', () => {
    const other = metricPast(times(120, 0), { phase: 2 });
    expect(run([metricPast(silent), other]).map(line)).toEqual(['1 system_failure CRITICAL acted act']);
  });

  test('phases that fall silent together ask for a permit: the metrics may be lost, not the hosts', () => {
    const found = run([metricPast(silent), metricPast(silent, { phase: 2 })], [deployed(0), deployed(0, 2)]);
    expect(found.map(line)).toEqual([
      '1 system_failure CRITICAL asked ask permit',
      '2 system_failure CRITICAL asked ask permit',
    ]);
  });
});

test('data that are coarser than the alarm never say that it would have acted', () => {
  const coarse = metricPast([...times(10, 0), 1, ...times(10, 0)], { period: 60 });
  expect(run([coarse]).map(({ outcome }) => outcome)).toEqual(['possible']);
});
