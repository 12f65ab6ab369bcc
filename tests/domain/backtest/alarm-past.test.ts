import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transitionsOf } from '../../../domain/backtest/alarm-past.ts';
import { alarmsOf } from '../../../domain/backtest/changes.ts';
import type { TriggerAlarm } from '../../../domain/infra/triggers-file.ts';
import { evaluation, instant, metricPast, start, times, triggers } from './past.ts';

const alarmOn = (metric: string): TriggerAlarm => {
  const found = alarmsOf(triggers, 1).find(({ alarm }) => alarm.metric === metric);
  if (!found) throw new Error(`No alarm watches ${metric}`);
  return found.alarm;
};

/** Each change of state as `seconds state`. */
const changes = (metric: string, values: readonly (number | null)[], period = 10) =>
  transitionsOf(alarmOn(metric), metricPast(values, { metric, period }), evaluation).map(
    ({ at, state, possible }) => `${(at - start) / 1000} ${state}${possible ? ' possible' : ''}`,
  );

describe('the alarm of an outage (2 of 3 periods of 10 s, missing data are breaching)', () => {
  test('two bad periods turn it red, at the end of the second', () => {
    expect(changes('SystemFailures', [...times(6, 0), 1, 1, ...times(6, 0)])).toEqual(['80 ALARM', '100 OK']);
  });

  test('one bad period does not', () => {
    expect(changes('SystemFailures', [...times(6, 0), 1, ...times(6, 0)])).toEqual([]);
  });

  test('silence turns it red as CloudWatch does: when fewer than two real datapoints are in the range of five', () => {
    expect(changes('SystemFailures', [...times(6, 0), ...times(6, null)])).toEqual(['100 ALARM']);
  });

  test('before its first datapoint a metric did not exist, which is no silence', () => {
    expect(changes('SystemFailures', [...times(60, null), ...times(6, 0)])).toEqual([]);
  });

  test('silence has no breaching datapoint', () => {
    const past = metricPast([...times(6, 0), ...times(6, null)]);
    expect(transitionsOf(alarmOn('SystemFailures'), past, evaluation)[0]?.breach).toBeNull();
  });

  test('the breaching datapoints are named with their time', () => {
    const past = metricPast([...times(6, 0), 1, 2, 0, 0]);
    expect(transitionsOf(alarmOn('SystemFailures'), past, evaluation)[0]?.breach).toEqual({
      values: [1, 2],
      from: instant(60),
      to: instant(80),
    });
  });
});

test('an alarm on a period of a minute is judged on minutes made of 10 s', () => {
  const values = [...times(6 * 6, 100), ...times(6, 201), ...times(6, 100)];
  expect(changes('CostPercentOfBudget', values)).toEqual(['420 ALARM', '480 OK']);
});

test('data that are coarser than the alarm are possible only', () => {
  expect(changes('SystemFailures', [0, 0, 1, 0], 60)).toEqual(['180 ALARM possible', '240 OK possible']);
});

test('missing coarse data prove nothing', () => {
  expect(changes('SystemFailures', [0, null, null, 0], 300)).toEqual([]);
});

test('leaving out the ranges that are certainly OK changes no transition', () => {
  const value = fc.option(fc.constantFrom(0, 0, 0, 0, 0, 0, 600, 20), { freq: 6 });
  const metric = fc.constantFrom('SystemFailures', 'DataIntegrityErrors', 'LatencyMs', 'Accuracy', 'DownstreamErrors');
  fc.assert(
    fc.property(metric, fc.array(value, { maxLength: 60 }), (name, values) => {
      expect(transitionsOf(alarmOn(name), metricPast(values, { metric: name }), evaluation).map(brief)).toEqual(
        oneByOne(alarmOn(name), values),
      );
    }),
  );
});

const brief = ({ at, state }: { at: number; state: string }) => [at, state];

/** Every evaluation by CloudWatch's rule, without a shortcut. */
function oneByOne(alarm: TriggerAlarm, values: readonly (number | null)[]) {
  const { above, at_least, below, datapoints, treat_missing_data } = alarm;
  const breaches = (value: number) =>
    above !== undefined ? value > above : at_least !== undefined ? value >= at_least : value < (below ?? 0);
  const range = datapoints.of + evaluation.extraDatapoints;
  const first = values.findIndex((value) => value !== null);
  const found: unknown[] = [];
  let state = 'OK';
  for (let newest = first === -1 ? values.length : first + range - 1; newest < values.length; newest += 1) {
    const newestFirst = values
      .slice(newest - range + 1, newest + 1)
      .toReversed()
      .map((value, index) => ({ start: start + (newest - index) * 10_000, value: value ?? undefined }));
    const judged = evaluation.verdict(newestFirst, {
      evaluationPeriods: datapoints.of,
      datapointsToAlarm: datapoints.needed,
      breaches,
      treatMissingData: treat_missing_data,
    });
    if (!judged || judged.value === state) continue;
    state = judged.value;
    found.push([start + (newest + 1) * 10_000, state]);
  }
  return found;
}
