import type { DescribeAlarmsInput, DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import type { Alarm } from '../alarm.ts';
import { compositeAlarmResponse, metricAlarmResponse } from '../alarm-response.ts';
import { page } from '../page.ts';
import { alarmArn, type CloudWatchState } from '../state.ts';
import { requestAs } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** Returns the alarms of the account by name; composite alarms only if AlarmTypes includes them. */
export const DescribeAlarms: Action<
  CloudWatchState,
  OnTheWire<DescribeAlarmsInput>,
  OnTheWire<Omit<DescribeAlarmsOutput, '$metadata'>>
> = {
  needs: (state, { AlarmNames }) =>
    (AlarmNames ?? ['*']).map((name) => ({ action: 'cloudwatch:DescribeAlarms', resource: alarmArn(state, name) })),
  run: ({ alarms }, request) => {
    const checked = requestAs(input, request);
    const found = [...alarms.values()]
      .filter((alarm) => matches(alarm, checked))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(found, checked.MaxRecords, checked.NextToken);
    return {
      MetricAlarms: items.flatMap((alarm) => (alarm.type === 'MetricAlarm' ? metricAlarmResponse(alarm) : [])),
      CompositeAlarms: items.flatMap((alarm) => (alarm.type === 'CompositeAlarm' ? compositeAlarmResponse(alarm) : [])),
      ...next,
    };
  },
};

const input = z.strictObject({
  ActionPrefix: z.string().optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  MaxRecords: z.int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
});

function matches({ name, type, state, definition }: Alarm, filters: z.output<typeof input>): boolean {
  const { ActionPrefix, AlarmNamePrefix = '', AlarmNames, AlarmTypes, StateValue } = filters;
  const actions = () => [definition.AlarmActions, definition.OKActions, definition.InsufficientDataActions].flat();
  return (
    AlarmTypes.includes(type) &&
    (AlarmNames === undefined || AlarmNames.includes(name)) &&
    name.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || state.value === StateValue) &&
    (ActionPrefix === undefined || actions().some((action) => action.startsWith(ActionPrefix)))
  );
}
