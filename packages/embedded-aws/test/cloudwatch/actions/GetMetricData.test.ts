import { describe, expect, test } from 'vitest';
import { MeteredAccount, person, START } from '../metered-account.ts';

/** Publishes the values 1, 2, 3, 4, one per minute from the start. */
async function account() {
  const made = new MeteredAccount();
  for (const [minute, value] of [1, 2, 3, 4].entries()) {
    await made.until(minute * 60 + 10);
    made.put(value);
  }
  return made;
}
const errors = (Period: number, Stat: string, query = {}) => ({
  Id: 'm1',
  MetricStat: { Metric: { Namespace: 'Trading', MetricName: 'errors' }, Period, Stat },
  ...query,
});
const span = { StartTime: START / 1000, EndTime: START / 1000 + 240 };

const getMetricData = async ({ cloudwatch: { state, actions } }: MeteredAccount, request: object) =>
  actions.GetMetricData.run(state, { MetricDataQueries: [], ...span, ...request }, person);

describe('GetMetricData', () => {
  test('returns timestamps and values, the newest first', async () => {
    const request = { MetricDataQueries: [errors(120, 'Sum')] };
    expect(await getMetricData(await account(), request)).toEqual({
      MetricDataResults: [
        { Id: 'm1', Label: 'errors', Timestamps: [1772442120, 1772442000], Values: [7, 3], StatusCode: 'Complete' },
      ],
      Messages: [],
    });
  });

  test('returns the oldest first if the request wants that order', async () => {
    const request = { MetricDataQueries: [errors(60, 'Maximum')], ScanBy: 'TimestampAscending' };
    expect((await getMetricData(await account(), request)).MetricDataResults?.[0]?.Values).toEqual([1, 2, 3, 4]);
  });

  test('begins with the minute of the start, and omits periods that begin at the end or later', async () => {
    const request = {
      MetricDataQueries: [errors(60, 'Sum')],
      StartTime: START / 1000 + 70,
      EndTime: START / 1000 + 180,
    };
    expect((await getMetricData(await account(), request)).MetricDataResults?.[0]?.Values).toEqual([3, 2]);
  });

  test('computes expressions, and returns only queries with ReturnData', async () => {
    const MetricDataQueries = [
      errors(60, 'Sum', { ReturnData: false }),
      { Id: 'e1', Expression: 'm1 * 100', Label: 'percent' },
    ];
    expect((await getMetricData(await account(), { MetricDataQueries })).MetricDataResults).toMatchObject([
      { Id: 'e1', Label: 'percent', Values: [400, 300, 200, 100] },
    ]);
  });

  test('returns no values for a metric that was never published', async () => {
    const [query] = [errors(60, 'Sum')];
    const other = { ...query, MetricStat: { ...query?.MetricStat, Metric: { Namespace: 'No', MetricName: 'one' } } };
    expect((await getMetricData(await account(), { MetricDataQueries: [other] })).MetricDataResults).toMatchObject([
      { Timestamps: [], Values: [] },
    ]);
  });

  test.each([
    ['10 s for three hours', 10, 3 * 3600],
    ['a minute for 15 days', 60, 15 * 86_400],
    ['five minutes for 63 days', 300, 63 * 86_400],
    ['an hour for 455 days', 3600, 455 * 86_400],
  ])('forgets data of %s after that time', async (_, period, seconds) => {
    const made = new MeteredAccount();
    await made.until(10);
    made.put(1, { StorageResolution: 1 });
    const begin = (START / 1000 / period) | 0; // the period that holds the value
    const found = async () => {
      const request = {
        MetricDataQueries: [errors(period, 'Sum')],
        StartTime: begin * period,
        EndTime: START / 1000 + 60,
      };
      return (await getMetricData(made, request)).MetricDataResults?.[0]?.Values?.length;
    };
    await made.until(seconds);
    expect(await found()).toBe(1);
    await made.until(seconds + 3601);
    expect(await found()).toBe(0);
  });

  test.each([
    [errors(60, 'p99'), 'Stat'],
    [errors(45, 'Sum'), 'Period must be'],
    [{ Id: 'e1', Expression: 'm9', Period: 60 }, 'no query m9'],
    [{ Id: 'e1', Expression: 'SEARCH(x)', Period: 60 }, 'SEARCH'],
  ])('%j is refused: %s', async (query, reason) => {
    await expect(getMetricData(await account(), { MetricDataQueries: [query] })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining(reason),
    });
  });
});

describe('GetMetricStatistics', () => {
  test('returns the requested statistics', async () => {
    const { state, actions } = (await account()).cloudwatch;
    const metric = { Namespace: 'Trading', MetricName: 'errors', Dimensions: [] };
    const request = { ...metric, ...span, Period: 120, Statistics: ['Average' as const, 'Maximum' as const] };
    expect(await actions.GetMetricStatistics.run(state, request, person)).toEqual({
      Label: 'errors',
      Datapoints: [
        { Timestamp: 1772442000, Average: 1.5, Maximum: 2 },
        { Timestamp: 1772442120, Average: 3.5, Maximum: 4 },
      ],
    });
  });
});
