import type { NewEvent } from '../events/event.ts';
import type { Alarm } from './alarm.ts';
import type { AlarmState, Transition } from './alarm-base.ts';
import { type MetricDataQuery, metricOf } from './metric-data-query.ts';
import { alarmTimestamp } from './wire.ts';

/** Returns the event of an alarm's state change (CloudWatch guide, "Alarm events and EventBridge"). */
export const stateChangeEvent = (alarm: Alarm, { from, to }: Transition): NewEvent => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: [alarm.arn],
  time: to.updatedAt,
  detail: {
    alarmName: alarm.name,
    configuration: configuration(alarm),
    previousState: state(from),
    state: state(to),
  },
});

/** Returns an alarm's state in the form of events and function invocations. */
export const state = ({ reason, reasonData, updatedAt, value }: AlarmState) => ({
  reason,
  ...(reasonData === undefined ? {} : { reasonData }),
  timestamp: alarmTimestamp(updatedAt),
  value,
});

/** Returns an alarm's configuration in the form of events and function invocations. */
export function configuration(alarm: Alarm): Record<string, unknown> {
  const { AlarmDescription } = alarm.definition;
  const description = AlarmDescription === undefined ? {} : { description: AlarmDescription };
  return alarm.type === 'MetricAlarm'
    ? { ...description, metrics: alarm.queries.map(metric) }
    : { alarmRule: alarm.definition.AlarmRule, ...description };
}

function metric({ Id, Label, ReturnData, Expression, MetricStat }: MetricDataQuery) {
  return {
    ...(Expression === undefined ? {} : { expression: Expression }),
    id: Id,
    ...(Label === undefined ? {} : { label: Label }),
    ...(MetricStat
      ? { metricStat: { metric: metricOf(MetricStat.Metric), period: MetricStat.Period, stat: MetricStat.Stat } }
      : {}),
    returnData: ReturnData,
  };
}
