import type { CompositeAlarm as CompositeAnswer, MetricAlarm as MetricAnswer } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm.ts';
import type { CompositeAlarm } from './composite-alarm.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import { epochSeconds, type OnTheWire } from './wire.ts';

/** A metric alarm as DescribeAlarms shows it. */
export function metricAlarmAnswer(alarm: MetricAlarm): OnTheWire<MetricAnswer> {
  const { Tags, ...definition } = alarm.definition;
  return { ...definition, ...standing(alarm) };
}

/** A composite alarm as DescribeAlarms shows it. */
export function compositeAlarmAnswer(alarm: CompositeAlarm): OnTheWire<CompositeAnswer> {
  const { Tags, ...definition } = alarm.definition;
  return { ...definition, ...standing(alarm) };
}

function standing({ arn, configuredAt, state }: Alarm) {
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
