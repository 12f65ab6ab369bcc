import { describe, expect, test } from 'vitest';
import { errorsAlarm, MeteredAccount } from './metered-account.ts';

/** Returns the state of an alarm after one value per minute (`undefined` for none) and the next evaluation. */
async function stateAfter(properties: Record<string, unknown>, values: readonly (number | undefined)[]) {
  const made = new MeteredAccount();
  made.make({ ...errorsAlarm, ...properties });
  for (const [minute, value] of values.entries()) {
    await made.until(minute * 60 + 5);
    if (value !== undefined) made.put(value);
  }
  await made.until(values.length * 60 + 5);
  return made.alarm().state;
}

describe('the reason', () => {
  test('has the wording of the event that AWS documents', async () => {
    const alarm = { DatapointsToAlarm: 1, Threshold: 50 };
    expect((await stateAfter(alarm, [99.5])).reason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (02/03/26 09:00:00)] was greater than the threshold ' +
        '(50.0) (minimum 1 datapoint for OK -> ALARM transition).',
    );
    expect((await stateAfter(alarm, [99.5, 0.25])).reason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [0.25 (02/03/26 09:01:00)] was not greater than the ' +
        'threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
    );
  });

  test('lists the datapoints that crossed the threshold, the newest first', async () => {
    const alarm = { EvaluationPeriods: 3, DatapointsToAlarm: 2, ComparisonOperator: 'LessThanOrEqualToThreshold' };
    expect((await stateAfter(alarm, [0, 4, -1])).reason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [-1.0 (02/03/26 09:02:00), 0.0 (02/03/26 09:00:00)] were ' +
        'less than or equal to the threshold (0.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  test('without DatapointsToAlarm mentions neither the last datapoints nor the minimum', async () => {
    expect((await stateAfter({ EvaluationPeriods: 2 }, [1, 2])).reason).toBe(
      'Threshold Crossed: 2 datapoints [2.0 (02/03/26 09:01:00), 1.0 (02/03/26 09:00:00)] were greater than the ' +
        'threshold (0.0).',
    );
  });

  test('lists five or more datapoints after the sentence', async () => {
    expect((await stateAfter({ EvaluationPeriods: 5, DatapointsToAlarm: 5 }, [1, 2, 3, 4, 5])).reason).toContain(
      'Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (0.0). The most recent ' +
        'datapoints which crossed the threshold: [5.0 (02/03/26 09:04:00), ',
    );
  });

  test('states how missing data were treated', async () => {
    expect((await stateAfter({ EvaluationPeriods: 2, TreatMissingData: 'breaching' }, [undefined])).reason).toBe(
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as ' +
        '[Breaching].',
    );
    expect((await stateAfter({ TreatMissingData: 'notBreaching' }, [undefined])).reason).toBe(
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as ' +
        '[NonBreaching].',
    );
    const twoOfThree = { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'breaching' } as const;
    expect((await stateAfter(twoOfThree, [0, 0, 0, 0, 0, ...Array(4)])).reason).toBe(
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    );
    expect((await stateAfter({ EvaluationPeriods: 2, TreatMissingData: 'breaching' }, [0])).reason).toBe(
      'Threshold Crossed: 1 datapoint [0.0 (02/03/26 09:00:00)] was not greater than the threshold (0.0) and 1 ' +
        'missing datapoint was treated as [Breaching].',
    );
  });

  test('counts the unknown datapoints if there are no data', async () => {
    expect((await stateAfter({}, [0, undefined, undefined, undefined])).reason).toBe(
      'Insufficient Data: 1 datapoint was unknown.',
    );
  });
});

describe('the reason data', () => {
  test('are JSON with the judged datapoints, the oldest first, and numbers in Java’s format', async () => {
    const alarm = { EvaluationPeriods: 2, DatapointsToAlarm: 2, Threshold: 50 };
    expect((await stateAfter(alarm, [60.25, 70])).reasonData).toBe(
      '{"version":"1.0","queryDate":"2026-03-02T09:02:01.000+0000","startDate":"2026-03-02T09:00:00.000+0000",' +
        '"statistic":"Maximum","period":60,"recentDatapoints":[60.25,70.0],"threshold":50.0}',
    );
  });

  test('have no start date if there was no datapoint', async () => {
    expect((await stateAfter({ TreatMissingData: 'breaching' }, [undefined])).reasonData).toBe(
      '{"version":"1.0","queryDate":"2026-03-02T09:00:01.000+0000","statistic":"Maximum","period":60,' +
        '"recentDatapoints":[],"threshold":0.0}',
    );
  });
});
