import type { Alarm, Clock } from './clock.ts';
import type { CloudWatch } from './cloudwatch/cloudwatch.ts';

const MINUTE = 60_000;

/**
 * What Lambda and SQS publish of themselves.
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
    invoked: (FunctionName: string): void => putVended('AWS/Lambda', 'Invocations', { FunctionName }, 1),
    close: (): void => next?.cancel(),
  };
}
