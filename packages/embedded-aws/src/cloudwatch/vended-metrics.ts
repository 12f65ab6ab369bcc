import type { Alarm, Clock } from '../clock/clock.ts';
import type { Status } from '../states/interpreter/execution.ts';
import type { CloudWatch } from './cloudwatch.ts';

const MINUTE = 60_000;

/** Step Functions guide, "Monitoring with CloudWatch". */
const ofEndings = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  ABORTED: 'ExecutionsAborted',
  TIMED_OUT: 'ExecutionsTimedOut',
};

/**
 * What Lambda, Step Functions and SQS publish of themselves.
 *
 * A queue's depth is published every minute, as it is then (SQS guide, "Available CloudWatch metrics"); AWS stops for a
 * queue that nobody has used for six hours, which is not modelled here.
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
    /** A queue's number of visible messages changed. */
    depth: (queueName: string, visible: number): void => void depths.set(queueName, visible),
    counted: (metric: string, FunctionName: string): void => putVended('AWS/Lambda', metric, { FunctionName }, 1),
    ended: (StateMachineArn: string, status: Exclude<Status, 'RUNNING'>): void =>
      putVended('AWS/States', ofEndings[status], { StateMachineArn }, 1),
    close: (): void => next?.cancel(),
  };
}
