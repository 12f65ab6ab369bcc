import type { Instant } from '../clock/clock.ts';
import type { Alarm } from './alarm.ts';
import { carryOutActions } from './alarm-actions.ts';
import type { AlarmState } from './alarm-base.ts';
import type { StateValue } from './alarm-verdict.ts';
import type { CompositeAlarm } from './composite-alarm.ts';
import { alarmNamed, type CloudWatchState } from './state.ts';
import { stateChangeEvent } from './state-change-event.ts';
import { alarmTimestamp } from './wire.ts';

export type NewState = Pick<AlarmState, 'value' | 'reason' | 'reasonData'>;

/**
 * Puts an alarm into a state.
 *
 * Only a different value counts as a change: it is published, starts the alarm's actions, and is evaluated by the
 * composite alarms that name the alarm.
 */
export function enter(state: CloudWatchState, alarm: Alarm, entered: NewState): void {
  const { surroundings, notify, publish } = state;
  const now = surroundings.clock.now();
  const from = alarm.state;
  const changed = entered.value !== from.value;
  alarm.state = { ...entered, updatedAt: now, transitionedAt: changed ? now : from.transitionedAt };
  if (!changed) return;
  const change = { from, to: alarm.state };
  alarm.transitions.push(change);
  const { value: to, reason } = entered;
  surroundings.tell({
    service: 'cloudwatch',
    event: 'AlarmStateChanged',
    alarm: alarm.name,
    from: from.value,
    to,
    reason,
  });
  publish(stateChangeEvent(alarm, change));
  carryOutActions(surroundings, notify, alarm, change);
  for (const composite of parents(state, alarm)) judge(state, composite, transitioned(alarm, now));
}

const parents = ({ alarms }: CloudWatchState, child: Alarm) =>
  [...alarms.values()].filter(
    (alarm): alarm is CompositeAlarm => alarm.type === 'CompositeAlarm' && alarm.rule.alarms.includes(child.name),
  );

/** Evaluates a composite alarm: when it is created and whenever one of the alarms in its rule changes. */
export function judge(
  state: CloudWatchState,
  composite: CompositeAlarm,
  because: (value: StateValue) => Omit<NewState, 'value'>,
): void {
  const value = composite.rule.holds((name) => alarmNamed(state, name).state.value) ? 'ALARM' : 'OK';
  if (value !== composite.state.value) enter(state, composite, { value, ...because(value) });
}

const transitioned = (child: Alarm, now: Instant) => () => ({
  reason: `${child.arn} transitioned to ${child.state.value} at ${longDate(now)}`,
  reasonData: triggeringAlarms([child]),
});

export const created =
  ({ arn }: CompositeAlarm, children: readonly Alarm[]) =>
  (value: StateValue) => ({
    reason: `${arn} was created and its alarm rule evaluates to ${value}`,
    reasonData: triggeringAlarms(children),
  });

const triggeringAlarms = (alarms: readonly Alarm[]) =>
  JSON.stringify({
    triggeringAlarms: alarms.map(({ arn, state: { value, updatedAt } }) => ({
      arn,
      state: { value, timestamp: alarmTimestamp(updatedAt) },
    })),
  });

// Made once: a format takes longer to make than to use.
const weekdays = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long' });
const months = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' });

/** Formats an instant as `Friday 22 July, 2022 15:57:45 UTC`. */
function longDate(instant: Instant): string {
  const date = new Date(instant);
  const [weekday, month] = [weekdays.format(date), months.format(date)];
  const day = `${weekday} ${String(date.getUTCDate()).padStart(2, '0')} ${month}`;
  return `${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
