import { isEvent, parseAlarmEvent } from '../alarm/alarm-event.ts';
import { parseAlarmName } from '../alarm/alarm-name.ts';
import { isSilence } from '../alarm/silence.ts';

/** An alarm that is red only because data is missing. */
export type SilentAlarm = { readonly alarm: string; readonly phase: number; readonly changed_at: string };

/**
 * Returns the silent alarm whose event started a halt; undefined if a person did, if the alarm has data, or if the event cannot be read: then
 * nothing is known that could explain the alarm.
 */
export function silentAlarmIn(input: unknown): SilentAlarm | undefined {
  if (!isEvent(input)) return undefined;
  const { detail } = input as { readonly detail?: { readonly alarmName?: unknown } };
  const identity = parseAlarmName(String(detail?.alarmName));
  if (!identity) return undefined;
  try {
    const event = parseAlarmEvent(input, identity.phase);
    return isSilence(event) ? { alarm: event.alarm, phase: identity.phase, changed_at: event.changed_at } : undefined;
  } catch {
    return undefined;
  }
}
