import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import { named } from './permissions.ts';

export interface FailedRuleProps {
  readonly environment: string;
  /** Counts the failure, unless it is a refusal. */
  readonly count: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/**
 * Invokes count-failures for every execution that ended FAILED or ABORTED.
 *
 * EventBridge delivers these events by best effort (EventBridge reference, "AWS Step Functions events"). A rollback that
 * needs a person sends a page of its own, and Reconcile finds one that failed without a word.
 */
export class FailedRule extends Construct {
  constructor(scope: Construct, id: string, { environment, count, deadLetters }: FailedRuleProps) {
    super(scope, id);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-failed`,
      description:
        'Counts executions that failed, except those that refused a person’s input, and executions that were stopped, except drills.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'ABORTED'],
          stateMachineArn: [{ prefix: named(Stack.of(this), 'states', 'stateMachine', `rollback-${environment}-`) }],
        },
      },
      targets: [new LambdaFunction(count, { maxEventAge: Duration.hours(1), deadLetterQueue: deadLetters.ofRules })],
    });
    count.configureAsyncInvoke({
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters.queue),
    });
    acknowledge(count, {
      'Serverless-LambdaDLQ':
        'Failed events go to the failure destination of asynchronous invocations, which unlike a dead-letter queue contains the error.',
    });
  }
}
