import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import { unprintable } from '../printable.ts';
import { type AlarmIdentity, parseAlarmName } from './alarm-name.ts';

/** A CloudWatch alarm's change of state, as EventBridge delivers it (CloudWatch guide, "Alarm events and EventBridge"). */
const schema = z.object({
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  resources: z.array(z.string()).min(1),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK']),
      reason: z.string().default(''),
      reasonData: z.string().optional(),
      timestamp: z.string(),
    }),
  }),
});

export type AlarmTransition = AlarmIdentity & {
  readonly alarm: string;
  readonly state: 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';
  /** ISO 8601, UTC: when the alarm changed, and the instant from which limits are counted. */
  readonly changed_at: string;
  readonly reason: string;
  /** CloudWatch's own numbers beside the reason, as JSON; null where it gives none. */
  readonly reason_data: string | null;
};

/** Whether a machine's input is an event and not what a person wrote. */
export const isEvent = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'detail-type' in input;

/** What an alarm event says. Throws InvalidInput for an event that is not of one of this phase's alarms. */
export function parseAlarmEvent(input: unknown, phase: number): AlarmTransition {
  const result = schema.safeParse(input);
  if (!result.success)
    throw new InvalidInput(`The event is not a CloudWatch alarm's change of state: ${z.prettifyError(result.error)}`);
  const { alarmName, state } = result.data.detail;
  const identity = parseAlarmName(alarmName);
  if (!identity || identity.phase !== phase)
    throw new InvalidInput(
      `The alarm ${alarmName} is not one of phase ${phase}'s. Its rule should not have sent it here.`,
    );
  return {
    ...identity,
    alarm: alarmName,
    state: state.value,
    changed_at: instant(state.timestamp),
    reason: oneLine(state.reason),
    reason_data: state.reasonData ?? null,
  };
}

/** It is shown in messages and terminals, where a line break could forge a line. CloudWatch's longest is 1,023 characters. */
const oneLine = (reason: string) => reason.replaceAll(new RegExp(unprintable, 'gu'), ' ').slice(0, 1023);

/** CloudWatch writes `2019-10-02T17:04:40.989+0000`. */
export function instant(timestamp: string): string {
  const time = Date.parse(timestamp.replace(/\+0000$/, 'Z'));
  if (Number.isNaN(time))
    throw new InvalidInput(`The alarm's timestamp must be an instant; found ${JSON.stringify(timestamp)}.`);
  return new Date(time).toISOString();
}
