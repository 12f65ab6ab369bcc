import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmName } from '../domain/alarm/alarm-name.ts';
import { crossing, type TriggerAlarm, type Triggers } from '../domain/infra/triggers-file.ts';
import type { Trigger } from '../domain/trigger.ts';

export interface PhaseAlarmsProps {
  readonly environment: string;
  readonly phase: number;
  readonly triggers: Triggers;
}

/**
 * The alarms of one phase, for the six triggers of infra/triggers.yaml, on the metrics that hosts publish for this
 * phase.
 */
export class PhaseAlarms extends Construct {
  constructor(scope: Construct, id: string, { environment, phase, triggers }: PhaseAlarmsProps) {
    super(scope, id);
    for (const [trigger, { alarms }] of Object.entries(triggers.triggers))
      for (const alarm of alarms)
        this.#alarm({ environment, phase, trigger: trigger as Trigger }, triggers.namespace, alarm);
  }

  #alarm(
    identity: { environment: string; phase: number; trigger: Trigger },
    namespace: string,
    alarm: TriggerAlarm,
  ): void {
    const { variant, metric, statistic, period, datapoints, treat_missing_data } = alarm;
    const name = alarmName({ ...identity, ...(variant ? { variant } : {}) });
    const { threshold, comparison } = crossing(alarm);
    new Alarm(this, name, {
      alarmName: name,
      alarmDescription: `Starts the rollback of phase ${identity.phase}. Its endings: docs/runbook.md.`,
      metric: new Metric({
        namespace,
        metricName: metric,
        dimensionsMap: { phase: String(identity.phase) },
        statistic,
        period: Duration.seconds(period),
      }),
      threshold,
      comparisonOperator: comparisons[comparison],
      evaluationPeriods: datapoints.of,
      datapointsToAlarm: datapoints.needed,
      treatMissingData: missing[treat_missing_data],
    });
  }
}

export const comparisons = {
  GreaterThanThreshold: ComparisonOperator.GREATER_THAN_THRESHOLD,
  GreaterThanOrEqualToThreshold: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  LessThanThreshold: ComparisonOperator.LESS_THAN_THRESHOLD,
};
export const missing = {
  missing: TreatMissingData.MISSING,
  ignore: TreatMissingData.IGNORE,
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
};
