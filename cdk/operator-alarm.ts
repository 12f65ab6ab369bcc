import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface OperatorAlarmProps {
  readonly environment: string;
  /** The heading in docs/runbook.md, and the alarm's name after `rollback-<environment>-`. */
  readonly heading: string;
  /** The watched machine or function if one heading has several alarms: the end of the alarm's name. */
  readonly of?: string;
  readonly metric: IMetric;
  /** The alarm turns red if the metric is at least this; 1 by default. */
  readonly threshold?: number;
  /** The number of consecutive periods that must be at the threshold; 1 by default. */
  readonly periods?: number;
  /** Alerts on missing data instead of a value. */
  readonly silence?: boolean;
  readonly tell: ITopic;
}

/**
 * Returns the number of events that a rule could not deliver, which go to a dead-letter queue.
 *
 * Alarms watch it beside the queue, because a queue that was idle for six hours may report 15 minutes late (SQS guide,
 * "Available CloudWatch metrics").
 */
export const failedInvocations = (RuleName: string) =>
  new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName },
    statistic: 'Sum',
    period: Duration.minutes(1),
  });

/** An alarm on the product itself: it notifies the operators and starts no rollback. */
export class OperatorAlarm extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { environment, heading, of, metric, threshold = 1, periods = 1, silence = false, tell }: OperatorAlarmProps,
  ) {
    super(scope, id);
    const alarm = new Alarm(this, 'Resource', {
      alarmName: ['rollback', environment, heading, ...(of ? [of] : [])].join('-'),
      alarmDescription: `Runbook: docs/runbook.md#${heading}`,
      metric,
      threshold,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      // If missing data were breaching, the alarm would be red in the first minute of every account. An alarm starts in
      // INSUFFICIENT_DATA without running its action, and runs the action when it returns to that state.
      treatMissingData: silence ? TreatMissingData.MISSING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(tell));
    if (silence) alarm.addInsufficientDataAction(new SnsAction(tell));
  }
}
