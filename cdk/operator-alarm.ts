import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface OperatorAlarmProps {
  readonly environment: string;
  /** Its heading in docs/runbook.md, and its name after `rollback-<environment>-`. */
  readonly heading: string;
  /** Which of several things it watches: the end of its name. */
  readonly of?: string;
  readonly metric: IMetric;
  /** Red when the metric is at least this; 1 unless it says otherwise. */
  readonly threshold?: number;
  /** So many in a row; 1 unless it says otherwise. */
  readonly periods?: number;
  /** It is no data that is bad news, not a value. */
  readonly silence?: boolean;
  readonly tell: ITopic;
}

/** An alarm on the product itself: it tells people and starts nothing. */
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
      // Silence treated as breaching would be red in every account's first minute, before there can be data. An alarm
      // begins without data and tells nobody of it; it does when it comes back to that.
      treatMissingData: silence ? TreatMissingData.MISSING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(tell));
    if (silence) alarm.addInsufficientDataAction(new SnsAction(tell));
  }
}
