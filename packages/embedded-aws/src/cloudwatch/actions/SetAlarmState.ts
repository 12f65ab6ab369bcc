import type { SetAlarmStateInput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { alarmArn, alarmNamed, type CloudWatchState } from '../state.ts';
import { enter } from '../transition.ts';
import { requestAs } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/**
 * Puts an alarm into a state by hand, with every effect of a state change.
 *
 * A metric alarm returns to the state of its datapoints at its next evaluation. A composite alarm is next evaluated when
 * a child changes.
 */
export const SetAlarmState: Action<CloudWatchState, OnTheWire<SetAlarmStateInput>, void> = {
  needs: (state, { AlarmName = '' }) => [{ action: 'cloudwatch:SetAlarmState', resource: alarmArn(state, AlarmName) }],
  run: (state, request) => {
    const { AlarmName, StateValue, StateReason, StateReasonData } = requestAs(input, request);
    const alarm = alarmNamed(state, AlarmName);
    if (StateReasonData !== undefined) checkJson(StateReasonData);
    enter(state, alarm, {
      value: StateValue,
      reason: StateReason,
      ...(StateReasonData === undefined ? {} : { reasonData: StateReasonData }),
    });
  },
};

const input = z.strictObject({
  AlarmName: z.string(),
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
});

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('InvalidFormatFault', 'StateReasonData is not JSON.');
  }
}
