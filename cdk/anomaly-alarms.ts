import { Duration, NestedStack } from 'aws-cdk-lib';
import { AnomalyDetectionAlarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';

export interface AnomalyAlarmsProps {
  readonly environment: string;
  /** The namespace of the hosts' metrics. */
  readonly namespace: string;
  readonly anomalies: Environment['anomalies'];
  readonly phases: readonly number[];
  readonly tell: ITopic;
}

const sides = {
  above: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
  either: ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD,
};

/**
 * The nested stack of the alarms on unusual values: one per phase and metric of the environment's file. They only tell: their names do not
 * begin as those of phases, so no rule starts a rollback. A band that CloudWatch learned may be wrong, and what it learns nobody has reviewed.
 */
export class AnomalyAlarms extends NestedStack {
  constructor(scope: Construct, id: string, props: AnomalyAlarmsProps) {
    super(scope, id, { description: 'Alarms on metrics that are unusual for the time of day and week.' });
    const { environment, namespace, anomalies, phases, tell } = props;
    for (const phase of phases)
      for (const { metric, statistic, band, side, period, periods } of anomalies)
        new AnomalyDetectionAlarm(this, `${phase}-${metric}`, {
          alarmName: `rollback-${environment}-anomaly-phase-${phase}-${metric}`,
          alarmDescription: 'Runbook: docs/runbook.md#anomaly',
          metric: new Metric({
            ...{ namespace, metricName: metric, dimensionsMap: { phase: String(phase) }, statistic },
            period: Duration.seconds(period),
          }),
          ...{ stdDevs: band, comparisonOperator: sides[side], evaluationPeriods: periods },
          // Silence is for the alarms of triggers.yaml to judge.
          treatMissingData: TreatMissingData.IGNORE,
        }).addAlarmAction(new SnsAction(tell));
  }
}
