import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { productMetrics } from '../domain/product-metrics.ts';
import { OperatorAlarm } from './operator-alarm.ts';

export interface CommonAlarmsProps {
  readonly environment: string;
  readonly tell: ITopic;
  /** By name after `rollback-<environment>-`. */
  readonly machines: ReadonlyMap<string, IStateMachine>;
  readonly functions: Readonly<Record<string, IFunction>>;
}

export const everyMinute: MetricOptions = { period: Duration.minutes(1), statistic: 'Sum' };

/**
 * Adds the alarms that every machine and every function has, to the stack of the scope.
 *
 * Not on ExecutionsFailed: an execution that refuses a person's input fails too, and only that person needs to know. Not on
 * ExecutionsAborted: a stopped drill would page as a stopped rollback.
 */
export function addCommonAlarms(scope: Construct, { environment, tell, machines, functions }: CommonAlarmsProps): void {
  const alarm = (heading: string, metric: IMetric, of: string) =>
    new OperatorAlarm(scope, `${heading}-${of}`, { environment, tell, heading, metric, of });
  const { namespace, dimension, machineDimension, failures, aborted } = productMetrics;
  for (const [of, machine] of machines) {
    alarm('execution-timed-out', machine.metricTimedOut(everyMinute), of);
    alarm('execution-throttled', machine.metricThrottled(everyMinute), of);
    const dimensionsMap = { [dimension]: environment, [machineDimension]: of };
    const counted = (metricName: string) => new Metric({ namespace, metricName, dimensionsMap, ...everyMinute });
    alarm('execution-failed', counted(failures), of);
    alarm('execution-aborted', counted(aborted), of);
  }
  for (const [name, fn] of Object.entries(functions))
    alarm('function-throttled', fn.metricThrottles(everyMinute), name);
}
