import * as z from 'zod';
import type { Surroundings } from '../wire/service.ts';
import { type AlarmBase, alarmProperties, newAlarm } from './alarm-base.ts';
import { type AlarmRule, readAlarmRule } from './alarm-rule.ts';

/** The definition of an alarm on other alarms, by PutCompositeAlarm's names. Suppressors are refused by name. */
export const compositeAlarmDefinition = z.strictObject({ ...alarmProperties, AlarmRule: z.string() });
export type CompositeAlarmDefinition = z.output<typeof compositeAlarmDefinition>;

export type CompositeAlarm = AlarmBase & {
  readonly type: 'CompositeAlarm';
  readonly definition: CompositeAlarmDefinition;
  readonly rule: AlarmRule;
};

export const compositeAlarm = (surroundings: Surroundings, definition: CompositeAlarmDefinition): CompositeAlarm => ({
  ...newAlarm(surroundings, definition.AlarmName),
  type: 'CompositeAlarm',
  definition,
  rule: readAlarmRule(definition.AlarmRule),
});
