import { describe, expect, test } from 'vitest';
import { MeteredAccount, person, START } from '../metered-account.ts';

const put = async (made: MeteredAccount, datum: object, Namespace = 'Trading') =>
  made.cloudwatch.actions.PutMetricData.run(
    made.cloudwatch.state,
    { Namespace, MetricData: [{ MetricName: 'errors', ...datum }] },
    person,
  );

/** Returns count, sum, minimum and maximum of the first minute. */
const stored = ({ cloudwatch }: MeteredAccount, dimensions = {}) =>
  cloudwatch.state.metrics.series({ namespace: 'Trading', name: 'errors', dimensions }).over(START, 60);

describe('PutMetricData', () => {
  test.each([
    ['one value', { Value: 3 }, { count: 1, sum: 3, minimum: 3, maximum: 3 }],
    ['values with counts', { Values: [1, 4], Counts: [2, 1] }, { count: 3, sum: 6, minimum: 1, maximum: 4 }],
    ['values without counts', { Values: [1, 4] }, { count: 2, sum: 5, minimum: 1, maximum: 4 }],
    [
      'a statistic set',
      { StatisticValues: { SampleCount: 10, Sum: 50, Minimum: 1, Maximum: 9 } },
      { count: 10, sum: 50, minimum: 1, maximum: 9 },
    ],
  ])('stores %s', async (_, datum, expected) => {
    const made = new MeteredAccount();
    await put(made, datum);
    expect(stored(made)).toEqual(expected);
  });

  test('stores metrics separately by their dimensions, in any order', async () => {
    const made = new MeteredAccount();
    const [phase, host] = [
      { Name: 'phase', Value: '1' },
      { Name: 'host', Value: 'a' },
    ];
    await put(made, { Value: 1, Dimensions: [phase, host] });
    await put(made, { Value: 2, Dimensions: [host, phase] });
    await put(made, { Value: 9, Dimensions: [phase] });
    expect(stored(made, { host: 'a', phase: '1' })).toMatchObject({ count: 2, sum: 3 });
  });

  test('needs cloudwatch:PutMetricData with the namespace as condition key', () => {
    const { state, actions } = new MeteredAccount().cloudwatch;
    expect(actions.PutMetricData.needs(state, { Namespace: 'Trading', MetricData: [] })).toEqual([
      { action: 'cloudwatch:PutMetricData', resource: '*', keys: { 'cloudwatch:namespace': 'Trading' } },
    ]);
  });

  test.each([
    [{ Value: 1, Timestamp: START / 1000 - 14 * 86_400 - 1 }, 'more than two weeks in the past'],
    [{ Value: 1, Timestamp: START / 1000 + 7201 }, 'two hours in the future'],
    [{}, 'needs a Value, Values or StatisticValues'],
    [{ Value: 'NaN' }, 'expected number'],
    [{ Value: 1, StorageResolution: 30 }, 'StorageResolution'],
  ])('%j is refused: %s', async (datum, reason) => {
    await expect(put(new MeteredAccount(), datum)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining(reason),
    });
  });

  test('refuses a namespace that is reserved for AWS', async () => {
    await expect(put(new MeteredAccount(), { Value: 1 }, 'AWS/EC2')).rejects.toThrow('AWS/ is for AWS services');
  });

  test('stores a request completely or not at all', async () => {
    const made = new MeteredAccount();
    const MetricData = [{ MetricName: 'errors', Value: 1 }, { MetricName: 'errors' }];
    const { state, actions } = made.cloudwatch;
    expect(() => actions.PutMetricData.run(state, { Namespace: 'Trading', MetricData }, person)).toThrow();
    expect(stored(made)).toBeUndefined();
  });
});
