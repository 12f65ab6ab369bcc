import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { onBehalfOf } from './on-behalf-of.ts';

export interface DeadLettersProps {
  readonly environment: string;
  /** Its name after `rollback-<environment>-`. */
  readonly name: string;
  readonly kept: Duration;
  /** The rules that leave here what they could not deliver: their name after `rollback-<environment>-`, or its beginning. */
  readonly rules: string;
}

/** Creates one queue per asynchronous hop: alarms to machines, the minute's tick to Reconcile, starts to attach-principal. */
export const deadLetterQueues = (stack: Stack, environment: string) => ({
  ofAlarms: new DeadLetters(stack, 'DeadLetters', {
    environment,
    name: 'dead-letters',
    rules: 'phase-*',
    kept: Duration.days(14),
  }),
  ofReconcile: new DeadLetters(stack, 'ReconcileDeadLetters', {
    environment,
    name: 'reconcile-dead-letters',
    rules: 'every-minute',
    // The next minute repairs what a lost one missed, so messages are kept only for as long as they help to find the cause.
    kept: Duration.hours(1),
  }),
  ofPrincipals: new DeadLetters(stack, 'PrincipalDeadLetters', {
    environment,
    name: 'principal-dead-letters',
    rules: 'started',
    kept: Duration.days(14),
  }),
});

/** What one asynchronous hop gave up. It has an alarm, since a queue tells nobody. */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  /** The queue as rules are given it. Of the queue itself each would add a statement, and a queue's policy takes 20. */
  readonly ofRules: IQueue;

  constructor(scope: Construct, id: string, { environment, name, kept, rules }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Resource', {
      queueName: `rollback-${environment}-${name}`,
      encryption: QueueEncryption.SQS_MANAGED, // with a key of ours EventBridge could not write, and says so nowhere
      enforceSSL: true,
      retentionPeriod: kept,
      removalPolicy: RemovalPolicy.RETAIN, // an alarm's event that nobody acted on is evidence
    });
    this.ofRules = Queue.fromQueueArn(this, 'OfRules', this.queue.queueArn);
    this.queue.addToResourcePolicy(fromRules(this, `rollback-${environment}-${rules}`, this.queue.queueArn));
    acknowledge(this.queue, {
      'AwsSolutions-SQS3':
        'This is a dead-letter queue, of EventBridge targets and of a function, which the rule does not see.',
      'Serverless-SQSRedrivePolicy':
        'This is a dead-letter queue: a person reads it, and nothing consumes it that could fail.',
    });
  }
}

/** EventBridge leaves here what rules of this product could not deliver. */
const fromRules = (scope: Construct, rules: string, queueArn: string) =>
  new PolicyStatement({
    sid: 'RulesOfTheProduct',
    principals: [onBehalfOf(scope, 'events')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: {
      ArnLike: {
        'aws:SourceArn': Stack.of(scope).formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: rules,
        }),
      },
    },
  });
