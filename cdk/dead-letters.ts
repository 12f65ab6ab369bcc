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
  /**
   * The rules that send undelivered events to the queue: their names after `rollback-<environment>-`, `*` at the end. Absent: none.
   */
  readonly rules?: readonly string[];
}

/** Creates one queue per asynchronous hop: alarms to machines, the schedule to Reconcile, starts to attach-principal. */
export const deadLetterQueues = (stack: Stack, environment: string) => ({
  ofAlarms: new DeadLetters(stack, 'DeadLetters', {
    environment,
    name: 'dead-letters',
    rules: ['phase-*'],
    kept: Duration.days(14),
  }),
  ofReconcile: new DeadLetters(stack, 'ReconcileDeadLetters', {
    environment,
    name: 'reconcile-dead-letters',
    rules: ['every-*', 'readiness-*', 'failed', 'ended'],
    // The next run repairs what a lost run missed, so a message is kept only while it helps to find the cause.
    kept: Duration.hours(1),
  }),
  ofPrincipals: new DeadLetters(stack, 'PrincipalDeadLetters', {
    environment,
    name: 'principal-dead-letters',
    rules: ['started'],
    kept: Duration.days(14),
  }),
});

/** Returns the queues themselves. */
export const queuesIn = ({ ofAlarms, ofReconcile, ofPrincipals }: ReturnType<typeof deadLetterQueues>) => ({
  ofAlarms: ofAlarms.queue,
  ofReconcile: ofReconcile.queue,
  ofPrincipals: ofPrincipals.queue,
});

/**
 * The queue of events that one asynchronous hop could not deliver. An alarm watches it, because a queue alone
 * notifies nobody.
 */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  /**
   * The queue for use in rules. It is imported, because each rule adds a statement to an owned queue, and its policy
   * takes 20.
   */
  readonly ofRules: IQueue;

  constructor(scope: Construct, id: string, { environment, name, kept, rules }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Resource', {
      queueName: `rollback-${environment}-${name}`,
      encryption: QueueEncryption.SQS_MANAGED, // with a key of ours EventBridge could not write, and would report it nowhere
      enforceSSL: true,
      retentionPeriod: kept,
      removalPolicy: RemovalPolicy.RETAIN, // an alarm's event that started no rollback is evidence
    });
    this.ofRules = Queue.fromQueueArn(this, 'OfRules', this.queue.queueArn);
    if (rules)
      this.queue.addToResourcePolicy(
        fromRules(
          this,
          rules.map((rule) => `rollback-${environment}-${rule}`),
          this.queue.queueArn,
        ),
      );
    acknowledge(this.queue, {
      'AwsSolutions-SQS3':
        'This queue is itself the dead-letter queue of EventBridge targets and of a function, which the rule cannot see.',
      'Serverless-SQSRedrivePolicy':
        'This queue is itself a dead-letter queue: people read it, and no consumer processes it.',
    });
  }
}

/** Lets EventBridge send the events that the product's rules could not deliver. */
const fromRules = (scope: Construct, rules: readonly string[], queueArn: string) =>
  new PolicyStatement({
    sid: 'RulesOfTheProduct',
    principals: [onBehalfOf(scope, 'events')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: {
      ArnLike: {
        'aws:SourceArn': rules.map((resourceName) =>
          Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName }),
        ),
      },
    },
  });
