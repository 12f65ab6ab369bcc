import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface OperatorAlarmProps {
  readonly environment: string;
  /** Its name after `rollback-<environment>-`, and its heading in docs/runbook.md. */
  readonly name: string;
  readonly metric: IMetric;
  /** Red when the metric is at least this, or below it with `silence`. */
  readonly threshold: number;
  readonly silence?: boolean;
  readonly periods: number;
  readonly tell: ITopic;
}

/** An alarm on the product itself: it tells people and starts nothing. */
export class OperatorAlarm extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { environment, name, metric, threshold, silence = false, periods, tell }: OperatorAlarmProps,
  ) {
    super(scope, id);
    const alarm = new Alarm(this, 'Resource', {
      alarmName: `rollback-${environment}-${name}`,
      alarmDescription: `Runbook: docs/runbook.md#${name}`,
      metric,
      threshold,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(tell));
  }
}
