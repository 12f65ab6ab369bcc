import type { Alarm, Clock } from '../clock/clock.ts';
import type { Status } from '../states/interpreter/execution.ts';
import type { CloudWatch } from './cloudwatch.ts';

const MINUTE = 60_000;

/** The metric of each ending of an execution (Step Functions guide, "Monitoring with CloudWatch"). */
const metricsOfEndings = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  ABORTED: 'ExecutionsAborted',
  TIMED_OUT: 'ExecutionsTimedOut',
};

/**
 * Publishes the metrics that Lambda, Step Functions, EventBridge and SQS vend.
 *
 * A queue's current depth is published every minute (SQS guide, "Available CloudWatch metrics"). AWS stops after six
 * hours without use of the queue; the account does not model that.
 */
export function vendedMetrics(clock: Clock, { putVended }: Pick<CloudWatch, 'putVended'>) {
  const depths = new Map<string, number>();
  let next: Alarm | undefined;
  const everyMinute = () => {
    next = clock.at((Math.floor(clock.now() / MINUTE) + 1) * MINUTE, () => {
      for (const [QueueName, visible] of depths)
        putVended('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName }, visible);
      everyMinute();
    });
  };
  everyMinute();
  return {
    /** Records a queue's new number of visible messages. */
    depth: (queueName: string, visible: number): void => void depths.set(queueName, visible),
    counted: (metric: string, FunctionName: string): void => putVended('AWS/Lambda', metric, { FunctionName }, 1),
    ended: (StateMachineArn: string, status: Exclude<Status, 'RUNNING'>): void =>
      putVended('AWS/States', metricsOfEndings[status], { StateMachineArn }, 1),
    /** Counts an event that a rule could not deliver to a target in the end (EventBridge guide, "EventBridge metrics"). */
    undelivered: (RuleName: string): void => putVended('AWS/Events', 'FailedInvocations', { RuleName }, 1),
    close: (): void => next?.cancel(),
  };
}
