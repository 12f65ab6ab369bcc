import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import { unprintable } from '../printable.ts';
import { type AlarmIdentity, parseAlarmName } from './alarm-name.ts';

/** The event that EventBridge delivers when an alarm changes state (CloudWatch guide, "Alarm events and EventBridge"). */
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

/** One change of state of one of this product's alarms. */
export type AlarmTransition = AlarmIdentity & {
  /** The alarm's full name in CloudWatch. */
  readonly alarm: string;
  readonly state: 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';
  /** ISO 8601, UTC: the change of state. A rollback's limit is counted from this instant. */
  readonly changed_at: string;
  /** CloudWatch's own words, on one line. */
  readonly reason: string;
  /** CloudWatch's numbers for the reason (reasonData), as JSON; null if the event has none. */
  readonly reason_data: string | null;
};

/** Returns whether an execution's input is an EventBridge event; every other input was written by a person. */
export const isEvent = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'detail-type' in input;

/**
 * Reads an alarm event.
 *
 * Throws InvalidInput if the input is not an alarm event, or if its alarm does not belong to this phase.
 */
export function parseAlarmEvent(input: unknown, phase: number): AlarmTransition {
  const result = schema.safeParse(input);
  if (!result.success)
    throw new InvalidInput(
      `The event is not a CloudWatch alarm state change: ${z.prettifyError(result.error)}. Start by hand with {}.`,
    );
  const { alarmName, state } = result.data.detail;
  const identity = parseAlarmName(alarmName);
  if (!identity || identity.phase !== phase)
    throw new InvalidInput(
      `The alarm ${alarmName} does not belong to phase ${phase}. Check the EventBridge rule that started this execution.`,
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

/**
 * Puts a reason on one line: messages and terminals show it, and a line break could forge a line there.
 * CloudWatch's longest reason has 1,023 characters.
 */
const oneLine = (reason: string) => reason.replaceAll(new RegExp(unprintable, 'gu'), ' ').slice(0, 1023);

/**
 * Converts CloudWatch's `2019-10-02T17:04:40.989+0000` to ISO 8601, UTC.
 *
 * Throws InvalidInput if the text is not an instant.
 */
export function instant(timestamp: string): string {
  const time = Date.parse(timestamp.replace(/\+0000$/, 'Z'));
  if (Number.isNaN(time))
    throw new InvalidInput(
      `The alarm's timestamp must be an instant; found ${JSON.stringify(timestamp)}. Check the sender of the event.`,
    );
  return new Date(time).toISOString();
}
