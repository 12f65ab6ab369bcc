import type { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface DeadLettersProps {
  readonly environment: string;
  /** Its name after `rollback-<environment>-`. */
  readonly name: string;
  readonly kept: Duration;
}

/** What one asynchronous hop gave up. It has an alarm, since a queue tells nobody. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { environment, name, kept }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Resource', {
      queueName: `rollback-${environment}-${name}`,
      encryption: QueueEncryption.SQS_MANAGED, // with a key of ours EventBridge could not write, and says so nowhere
      enforceSSL: true,
      retentionPeriod: kept,
    });
    acknowledge(this.queue, {
      'AwsSolutions-SQS3':
        'This is a dead-letter queue, of EventBridge targets and of a function, which the rule does not see.',
      'Serverless-SQSRedrivePolicy':
        'This is a dead-letter queue: a person reads it, and nothing consumes it that could fail.',
    });
  }
}
