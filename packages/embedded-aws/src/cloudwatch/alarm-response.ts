import type { CompositeAlarm as CompositeResponse, MetricAlarm as MetricResponse } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm.ts';
import type { CompositeAlarm } from './composite-alarm.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import { epochSeconds, type OnTheWire } from './wire.ts';

/** A metric alarm as DescribeAlarms returns it. */
export function metricAlarmResponse(alarm: MetricAlarm): OnTheWire<MetricResponse> {
  const { Tags, ...definition } = alarm.definition;
  return { ...definition, ...baseFields(alarm) };
}

/** A composite alarm as DescribeAlarms returns it. */
export function compositeAlarmResponse(alarm: CompositeAlarm): OnTheWire<CompositeResponse> {
  const { Tags, ...definition } = alarm.definition;
  return { ...definition, ...baseFields(alarm) };
}

function baseFields({ arn, configuredAt, state }: Alarm) {
  return {
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: epochSeconds(configuredAt),
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: epochSeconds(state.updatedAt),
    StateTransitionedTimestamp: epochSeconds(state.transitionedAt),
  };
}
