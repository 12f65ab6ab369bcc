import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { productMetrics } from '../domain/product-metrics.ts';
import { OperatorAlarm, type OperatorAlarmProps } from './operator-alarm.ts';

const everyMinute: MetricOptions = { period: Duration.minutes(1), statistic: 'Sum' };

/**
 * Creates the four alarms on a machine. `name`: the machine's after `rollback-<environment>-`.
 *
 * Not on ExecutionsFailed: an execution that refuses a person's input fails too, and only that person needs to know. Not on
 * ExecutionsAborted: a stopped drill would page as a stopped rollback.
 */
export function machineAlarms(
  scope: Construct,
  common: Pick<OperatorAlarmProps, 'environment' | 'tell'>,
  { name: of, machine }: { readonly name: string; readonly machine: IStateMachine },
): void {
  const { namespace, dimension, machineDimension, failures, aborted } = productMetrics;
  const dimensionsMap = { [dimension]: common.environment, [machineDimension]: of };
  const counted = (metricName: string) => new Metric({ namespace, metricName, dimensionsMap, ...everyMinute });
  const metrics = {
    'execution-timed-out': machine.metricTimedOut(everyMinute),
    'execution-throttled': machine.metricThrottled(everyMinute),
    'execution-failed': counted(failures),
    'execution-aborted': counted(aborted),
  };
  for (const [heading, metric] of Object.entries(metrics))
    new OperatorAlarm(scope, `${heading}-${of}`, { ...common, heading, of, metric });
}
