import type { DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import type { Alarm } from '../alarm.ts';
import type { AlarmState, Transition } from '../alarm-base.ts';
import { page } from '../page.ts';
import { alarmArn, type CloudWatchState } from '../state.ts';
import { requestAs } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Returns the state changes of alarms, by default the latest first. */
export const DescribeAlarmHistory: Action<
  CloudWatchState,
  OnTheWire<DescribeAlarmHistoryInput>,
  OnTheWire<Omit<DescribeAlarmHistoryOutput, '$metadata'>>
> = {
  needs: (state, { AlarmName = '*' }) => [
    { action: 'cloudwatch:DescribeAlarmHistory', resource: alarmArn(state, AlarmName) },
  ],
  run: ({ alarms }, request) => {
    const checked = requestAs(input, request);
    const { AlarmName, AlarmTypes, StartDate = 0, EndDate = Number.POSITIVE_INFINITY } = checked;
    const found = [...alarms.values()]
      .filter(({ name, type }) => (AlarmName === undefined || name === AlarmName) && AlarmTypes.includes(type))
      .flatMap((alarm) => alarm.transitions.map((change) => historyItem(alarm, change)))
      .filter(({ Timestamp }) => Timestamp >= StartDate && Timestamp <= EndDate)
      .sort((one, other) => one.Timestamp - other.Timestamp);
    if (checked.ScanBy === 'TimestampDescending') found.reverse();
    const { items, next } = page(found, checked.MaxRecords, checked.NextToken);
    return { AlarmHistoryItems: [...items], ...next };
  },
};

const input = z.strictObject({
  AlarmName: z.string().optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  EndDate: z.number().optional(),
  HistoryItemType: z.literal('StateUpdate').optional(),
  MaxRecords: z.int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  StartDate: z.number().optional(),
});

const historyItem = ({ name, type }: Alarm, { from, to }: Transition) => ({
  AlarmName: name,
  AlarmType: type,
  Timestamp: epochSeconds(to.updatedAt),
  HistoryItemType: 'StateUpdate' as const,
  HistorySummary: `Alarm updated from ${from.value} to ${to.value}`,
  HistoryData: JSON.stringify({ version: '1.0', oldState: stateInHistory(from), newState: stateInHistory(to) }),
});

const stateInHistory = ({ value, reason, reasonData }: AlarmState) => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData === undefined ? {} : { stateReasonData: JSON.parse(reasonData) }),
});
