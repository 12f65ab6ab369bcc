import type { Surroundings } from '../wire/service.ts';
import type { Alarm } from './alarm.ts';
import type { Transition } from './alarm-base.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import { configuration, state } from './state-change-event.ts';
import { alarmTimestamp } from './wire.ts';

/**
 * Carries out one action of an alarm: publishes to a topic or invokes a function.
 *
 * A topic's payload is `{ Subject, Message }`, in the form of SNS Publish. A function's payload is the event.
 */
export type Notify = (actionArn: string, payload: Readonly<Record<string, unknown>>, alarmArn: string) => void;

/** Carries out the actions of the state that an alarm changed to. */
export function carryOutActions(surroundings: Surroundings, notify: Notify, alarm: Alarm, change: Transition): void {
  const { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions } = alarm.definition;
  if (!ActionsEnabled) return;
  const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions };
  for (const arn of actions[change.to.value])
    notify(arn, isTopic(arn) ? mail(surroundings, alarm, change) : invocation(surroundings, alarm, change), alarm.arn);
}

const isTopic = (arn: string) => arn.startsWith('arn:aws:sns:');

/** Returns the message to a topic. AWS writes the Region's long name; this account writes the Region's code. */
function mail({ accountId, region }: Surroundings, alarm: Alarm, { from, to }: Transition) {
  const { AlarmActions, AlarmDescription = null, InsufficientDataActions, OKActions } = alarm.definition;
  const message = {
    AlarmName: alarm.name,
    AlarmDescription,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: alarmTimestamp(alarm.configuredAt),
    NewStateValue: to.value,
    NewStateReason: to.reason,
    StateChangeTime: alarmTimestamp(to.updatedAt),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: from.value,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    ...(alarm.type === 'MetricAlarm' ? { Trigger: trigger(alarm) } : { AlarmRule: alarm.definition.AlarmRule }),
  };
  return { Subject: `${to.value}: "${alarm.name}" in ${region}`, Message: JSON.stringify(message) };
}

function trigger({ definition, queries, period }: MetricAlarm) {
  const { ComparisonOperator, EvaluationPeriods, DatapointsToAlarm, Threshold, TreatMissingData } = definition;
  const judged = { EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData };
  if (definition.Metrics) return { Period: period, ...judged, Metrics: queries };
  return {
    MetricName: definition.MetricName,
    Namespace: definition.Namespace,
    StatisticType: 'Statistic',
    Statistic: definition.Statistic?.toUpperCase(),
    Unit: null,
    Dimensions: definition.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: period,
    ...judged,
  };
}

/** Returns the event for a function (CloudWatch guide, "Invoke a Lambda function from an alarm"). */
const invocation = ({ accountId, region }: Surroundings, alarm: Alarm, { from, to }: Transition) => ({
  source: 'aws.cloudwatch',
  alarmArn: alarm.arn,
  accountId,
  time: alarmTimestamp(to.updatedAt),
  region,
  alarmData: {
    alarmName: alarm.name,
    state: state(to),
    previousState: state(from),
    configuration: configuration(alarm),
  },
});
