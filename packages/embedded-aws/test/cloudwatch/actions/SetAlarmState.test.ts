import { describe, expect, test } from 'vitest';
import { ALARM_ARN, errorsAlarm, MeteredAccount, person } from '../metered-account.ts';

function account() {
  const made = new MeteredAccount();
  made.make(errorsAlarm);
  return made;
}
const set = ({ cloudwatch: { state, actions } }: MeteredAccount, request: object) =>
  actions.SetAlarmState.run(
    state,
    { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'drill', ...request },
    person,
  );

describe('SetAlarmState', () => {
  test('needs cloudwatch:SetAlarmState on the alarm', () => {
    const { state, actions } = account().cloudwatch;
    const request = { AlarmName: 'errors', StateValue: 'ALARM' as const, StateReason: 'drill' };
    expect(actions.SetAlarmState.needs(state, request)).toEqual([
      { action: 'cloudwatch:SetAlarmState', resource: `${ALARM_ARN}errors` },
    ]);
  });

  test('publishes the change with the reason given', () => {
    const made = account();
    set(made, { StateReasonData: '{"by":"ana"}' });
    expect(made.published[0]?.detail['state']).toEqual({
      value: 'ALARM',
      reason: 'drill',
      reasonData: '{"by":"ana"}',
      timestamp: '2026-03-02T09:00:00.000+0000',
    });
  });

  test('holds until the next evaluation', async () => {
    const made = account();
    made.put(0);
    await made.until(90);
    set(made, {});
    await made.until(122);
    expect(made.changes()).toEqual(['OK at 61', 'ALARM at 90', 'OK at 121']);
  });

  test('changes only the reason, without an event, if the state stays the same', async () => {
    const made = account();
    await made.until(5);
    set(made, { StateValue: 'INSUFFICIENT_DATA' });
    expect(made.published).toEqual([]);
    expect(made.alarm().state).toMatchObject({ reason: 'drill', transitionedAt: Date.parse('2026-03-02T09:00:00Z') });
  });

  test('refuses an unknown alarm with ResourceNotFound', () => {
    expect(() => set(account(), { AlarmName: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound' }),
    );
  });

  test('refuses StateReasonData that is not JSON', () => {
    expect(() => set(account(), { StateReasonData: 'red' })).toThrow(
      expect.objectContaining({ code: 'InvalidFormatFault' }),
    );
  });
});
