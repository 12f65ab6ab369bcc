import { describe, expect, test } from 'vitest';
import { MeteredAccount, person, START } from './metered-account.ts';

const dimensions = { phase: '1' };
const stored = ({ cloudwatch }: MeteredAccount, name: string, seconds: number) =>
  cloudwatch.state.metrics.series({ namespace: 'Trading', name, dimensions }).over(START, seconds);

describe('what a host’s program measures', () => {
  test('is stored as by PutMetricData in high resolution', async () => {
    const [measured, put] = [new MeteredAccount(), new MeteredAccount()];
    const at = START + 7000;
    for (const value of [1, 5]) measured.cloudwatch.putMeasured('Trading', dimensions, { errors: value, delay: 2 }, at);
    const { state, actions } = put.cloudwatch;
    for (const Value of [1, 5]) {
      const datum = {
        Timestamp: at / 1000,
        StorageResolution: 1,
        Dimensions: [{ Name: 'phase', Value: '1' }],
      } as const;
      const MetricData = [
        { MetricName: 'errors', Value, ...datum, Dimensions: [...datum.Dimensions] },
        { MetricName: 'delay', Value: 2, ...datum, Dimensions: [...datum.Dimensions] },
      ];
      await actions.PutMetricData.run(state, { Namespace: 'Trading', MetricData }, person);
    }
    for (const name of ['errors', 'delay'])
      for (const seconds of [10, 60]) expect(stored(measured, name, seconds)).toEqual(stored(put, name, seconds));
    expect(stored(measured, 'errors', 10)).toEqual({ count: 2, sum: 6, minimum: 1, maximum: 5 });
  });

  test.each([
    ['a value that is no number', { errors: 1, delay: Number.NaN }, START, 'delay'],
    ['an instant more than two hours ahead', { errors: 1 }, START + 2 * 3600_000 + 1, 'two hours'],
  ])('is refused as a whole with %s', (_, values, at, message) => {
    const made = new MeteredAccount();
    expect(() => made.cloudwatch.putMeasured('Trading', dimensions, values, at)).toThrow(message);
    expect(stored(made, 'errors', 60)).toBeUndefined();
  });
});
