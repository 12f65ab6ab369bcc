import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import { named } from './permissions.ts';

export interface StartedRuleProps {
  readonly environment: string;
  /** Attaches the principal to what the execution made. */
  readonly attach: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/**
 * Invokes attach-principal for every start of a machine that records a person's name, to record the verified principal too.
 *
 * CloudTrail records every StartExecution and sends it to EventBridge, if the account has a trail (docs/deploy.md).
 */
export class StartedRule extends Construct {
  constructor(scope: Construct, id: string, { environment, attach, deadLetters }: StartedRuleProps) {
    super(scope, id);
    const machine = (name: string) =>
      named(Stack.of(this), 'states', 'stateMachine', `rollback-${environment}-${name}`);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-started`,
      description:
        'Records the verified principal of every rollback, answer, annotation, review, task, brake, flag, halt and resume, beside the operator that its input names.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['states.amazonaws.com'],
          eventName: ['StartExecution'],
          requestParameters: {
            stateMachineArn: [
              { prefix: machine('phase-') },
              ...['decide', 'annotate', 'review', 'brakes', 'change-flag', 'change-task'].map(machine),
              ...['halt', 'resume'].map(machine),
            ],
          },
        },
      },
      targets: [new LambdaFunction(attach, { maxEventAge: Duration.hours(1), deadLetterQueue: deadLetters.ofRules })],
    });
    // The function throws while the execution has written nothing yet. Lambda retries after one minute and after two.
    attach.configureAsyncInvoke({
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters.queue),
    });
    acknowledge(attach, {
      'Serverless-LambdaDLQ':
        'Failed events go to the failure destination of asynchronous invocations, which unlike a dead-letter queue contains the error.',
    });
  }
}
