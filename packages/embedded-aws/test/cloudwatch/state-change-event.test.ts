import { describe, expect, test } from 'vitest';
import { errorsAlarm, MeteredAccount } from './metered-account.ts';

/** Creates an alarm that changes from OK to ALARM. */
async function changedToAlarm(properties: Record<string, unknown> = {}) {
  const made = new MeteredAccount();
  made.make({
    ...errorsAlarm,
    AlarmDescription: 'Rows that are wrong.',
    DatapointsToAlarm: 1,
    Dimensions: [{ Name: 'phase', Value: '1' }],
    ...properties,
  });
  for (const value of [0, 7]) {
    made.put(value, { Dimensions: [{ Name: 'phase', Value: '1' }] });
    await made.clock.run(made.clock.now() + 60_000);
  }
  await made.until(125);
  return made;
}

describe('the event of an alarm that enters ALARM', () => {
  test('has every field of the event that AWS documents', async () => {
    const { published } = await changedToAlarm();
    expect(published.at(-1)).toEqual({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors'],
      time: Date.parse('2026-03-02T09:02:01Z'),
      detail: {
        alarmName: 'errors',
        configuration: {
          description: 'Rows that are wrong.',
          metrics: [
            {
              id: expect.stringMatching(/^[0-9a-f-]{36}$/),
              metricStat: {
                metric: { dimensions: { phase: '1' }, name: 'errors', namespace: 'Trading' },
                period: 60,
                stat: 'Maximum',
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          reason:
            'Threshold Crossed: 1 out of the last 1 datapoints [0.0 (02/03/26 09:00:00)] was not greater than the ' +
            'threshold (0.0) (minimum 1 datapoint for ALARM -> OK transition).',
          reasonData:
            '{"version":"1.0","queryDate":"2026-03-02T09:01:01.000+0000","startDate":"2026-03-02T09:00:00.000+0000",' +
            '"statistic":"Maximum","period":60,"recentDatapoints":[0.0],"threshold":0.0}',
          timestamp: '2026-03-02T09:01:01.000+0000',
          value: 'OK',
        },
        state: {
          reason:
            'Threshold Crossed: 1 out of the last 1 datapoints [7.0 (02/03/26 09:01:00)] was greater than the ' +
            'threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).',
          reasonData:
            '{"version":"1.0","queryDate":"2026-03-02T09:02:01.000+0000","startDate":"2026-03-02T09:01:00.000+0000",' +
            '"statistic":"Maximum","period":60,"recentDatapoints":[7.0],"threshold":0.0}',
          timestamp: '2026-03-02T09:02:01.000+0000',
          value: 'ALARM',
        },
      },
    });
  });

  test('is published once per change, and never while the state stays the same', async () => {
    const made = await changedToAlarm();
    for (let second = 125; second < 600; second += 30) {
      await made.until(second);
      made.put(7, { Dimensions: [{ Name: 'phase', Value: '1' }] });
    }
    expect(made.published.map(({ detail }) => (detail['state'] as { value: string }).value)).toEqual(['OK', 'ALARM']);
  });

  test('is published even if the alarm’s actions are disabled', async () => {
    const { published, notified } = await changedToAlarm({
      ActionsEnabled: false,
      AlarmActions: ['arn:aws:sns:::pages'],
    });
    expect(published).toHaveLength(2);
    expect(notified).toEqual([]);
  });

  test('is reported to watchers of the account', async () => {
    const { happenings } = await changedToAlarm();
    expect(happenings.at(-1)).toMatchObject({
      service: 'cloudwatch',
      event: 'AlarmStateChanged',
      alarm: 'errors',
      from: 'OK',
      to: 'ALARM',
      reason: expect.stringContaining('Threshold Crossed'),
    });
  });

  test('lists the parts of an expression', async () => {
    const made = new MeteredAccount();
    const MetricStat = { Metric: { Namespace: 'Trading', MetricName: 'errors' }, Period: 60, Stat: 'Sum' };
    const Metrics = [
      { Id: 'e1', Expression: 'm1 * 2', Label: 'twice' },
      { Id: 'm1', MetricStat, ReturnData: false },
    ];
    const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator } = errorsAlarm;
    made.make({ AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, Metrics });
    made.put(1);
    await made.until(62);
    expect(made.published[0]?.detail['configuration']).toEqual({
      metrics: [
        { expression: 'm1 * 2', id: 'e1', label: 'twice', returnData: true },
        {
          id: 'm1',
          metricStat: { metric: { dimensions: {}, name: 'errors', namespace: 'Trading' }, period: 60, stat: 'Sum' },
          returnData: false,
        },
      ],
    });
  });
});

describe('the actions of an alarm', () => {
  const topic = 'arn:aws:sns:eu-west-1:000000000000:pages';

  test('are those of the state that the alarm enters', async () => {
    const { notified } = await changedToAlarm({ OKActions: [topic], AlarmActions: [`${topic}-red`] });
    expect(notified.map(({ arn }) => arn)).toEqual([topic, `${topic}-red`]);
  });

  test('send a topic a subject and a message in JSON', async () => {
    const { notified } = await changedToAlarm({ AlarmActions: [topic] });
    const { Subject, Message } = notified[0]?.payload ?? {};
    expect(Subject).toBe('ALARM: "errors" in eu-west-1');
    expect(JSON.parse(String(Message))).toMatchObject({
      AlarmName: 'errors',
      AWSAccountId: '000000000000',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      StateChangeTime: '2026-03-02T09:02:01.000+0000',
      Trigger: {
        MetricName: 'errors',
        Statistic: 'MAXIMUM',
        Dimensions: [{ name: 'phase', value: '1' }],
        Threshold: 0,
      },
    });
  });

  test('send a function the alarm’s data', async () => {
    const { notified } = await changedToAlarm({
      AlarmActions: ['arn:aws:lambda:eu-west-1:000000000000:function:page'],
    });
    expect(notified[0]?.payload).toMatchObject({
      source: 'aws.cloudwatch',
      alarmArn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors',
      alarmData: { alarmName: 'errors', state: { value: 'ALARM' }, previousState: { value: 'OK' } },
    });
  });
});
