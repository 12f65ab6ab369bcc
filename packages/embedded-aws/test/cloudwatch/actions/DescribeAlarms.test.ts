import { describe, expect, test } from 'vitest';
import { ALARM_ARN, errorsAlarm, MeteredAccount, person } from '../metered-account.ts';

/** Creates three metric alarms, the first in ALARM, and one composite alarm. */
async function account() {
  const made = new MeteredAccount();
  for (const name of ['errors', 'latency', 'latency-crisis'])
    made.make({ ...errorsAlarm, AlarmName: name, MetricName: name });
  made.make({ AlarmName: 'all', AlarmRule: 'ALARM(errors)' }, 'AWS::CloudWatch::CompositeAlarm');
  made.put(1);
  await made.until(62);
  return made;
}
const describeAlarms = async ({ cloudwatch: { state, actions } }: MeteredAccount, request: object) =>
  actions.DescribeAlarms.run(state, request, person);
const names = async (made: MeteredAccount, request: object) =>
  (await describeAlarms(made, request)).MetricAlarms?.map(({ AlarmName }) => AlarmName);

describe('DescribeAlarms', () => {
  test('returns an alarm with its state', async () => {
    expect(await describeAlarms(await account(), { AlarmNames: ['errors'] })).toEqual({
      MetricAlarms: [
        {
          ...errorsAlarm,
          AlarmArn: `${ALARM_ARN}errors`,
          ActionsEnabled: true,
          AlarmActions: [],
          OKActions: [],
          InsufficientDataActions: [],
          Dimensions: [],
          TreatMissingData: 'missing',
          AlarmConfigurationUpdatedTimestamp: 1772442000,
          StateValue: 'ALARM',
          StateReason: 'Threshold Crossed: 1 datapoint [1.0 (02/03/26 09:00:00)] was greater than the threshold (0.0).',
          StateReasonData: expect.stringContaining('"recentDatapoints":[1.0]'),
          StateUpdatedTimestamp: 1772442061,
          StateTransitionedTimestamp: 1772442061,
        },
      ],
      CompositeAlarms: [],
    });
  });

  test.each([
    [{}, ['errors', 'latency', 'latency-crisis']],
    [{ AlarmNamePrefix: 'latency' }, ['latency', 'latency-crisis']],
    [{ StateValue: 'ALARM' }, ['errors']],
    [{ AlarmNames: ['latency', 'nobody'] }, ['latency']],
    [{ ActionPrefix: 'arn:aws:sns' }, []],
  ])('%j finds %j', async (request, found) => {
    expect(await names(await account(), request)).toEqual(found);
  });

  test('returns composite alarms only if AlarmTypes includes them', async () => {
    const { CompositeAlarms, MetricAlarms } = await describeAlarms(await account(), { AlarmTypes: ['CompositeAlarm'] });
    expect(MetricAlarms).toEqual([]);
    expect(CompositeAlarms).toMatchObject([{ AlarmName: 'all', AlarmRule: 'ALARM(errors)', StateValue: 'ALARM' }]);
  });

  test('returns pages', async () => {
    const made = await account();
    const { NextToken } = await describeAlarms(made, { MaxRecords: 2 });
    expect(await names(made, { MaxRecords: 2, NextToken })).toEqual(['latency-crisis']);
  });

  test('needs cloudwatch:DescribeAlarms on the alarms that the request names, or on all', async () => {
    const { state, actions } = (await account()).cloudwatch;
    expect(actions.DescribeAlarms.needs(state, { AlarmNames: ['errors'] })).toEqual([
      { action: 'cloudwatch:DescribeAlarms', resource: `${ALARM_ARN}errors` },
    ]);
    expect(actions.DescribeAlarms.needs(state, { AlarmNamePrefix: 'errors' })).toEqual([
      { action: 'cloudwatch:DescribeAlarms', resource: `${ALARM_ARN}*` },
    ]);
  });

  test('refuses an unknown parameter by name', async () => {
    await expect(describeAlarms(await account(), { ChildrenOfAlarmName: 'all' })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('ChildrenOfAlarmName'),
    });
  });
});

describe('DescribeAlarmHistory', () => {
  test('returns the state changes, the latest first', async () => {
    const made = await account();
    made.put(0);
    await made.until(125);
    const { state, actions } = made.cloudwatch;
    const { AlarmHistoryItems } = await actions.DescribeAlarmHistory.run(state, { AlarmName: 'errors' }, person);
    expect(AlarmHistoryItems?.map(({ HistorySummary, Timestamp }) => [HistorySummary, Timestamp])).toEqual([
      ['Alarm updated from ALARM to OK', 1772442121],
      ['Alarm updated from INSUFFICIENT_DATA to ALARM', 1772442061],
    ]);
    expect(JSON.parse(AlarmHistoryItems?.[0]?.HistoryData ?? '{}')).toMatchObject({
      version: '1.0',
      oldState: { stateValue: 'ALARM', stateReasonData: { recentDatapoints: [1] } },
      newState: { stateValue: 'OK', stateReasonData: { recentDatapoints: [0] } },
    });
  });
});
