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
  /** Attaches the principal to what the execution did. */
  readonly attach: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/**
 * Tells who really started a rollback or answered a question: CloudTrail hears of every StartExecution, and EventBridge of
 * it, in an account that has a trail (docs/deploy.md).
 */
export class StartedRule extends Construct {
  constructor(scope: Construct, id: string, { environment, attach, deadLetters }: StartedRuleProps) {
    super(scope, id);
    const machine = (name: string) =>
      named(Stack.of(this), 'states', 'stateMachine', `rollback-${environment}-${name}`);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-started`,
      description: 'Who started a rollback, or gave an answer: attached beside what they said of themselves.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['states.amazonaws.com'],
          eventName: ['StartExecution'],
          requestParameters: { stateMachineArn: [{ prefix: machine('phase-') }, machine('decide')] },
        },
      },
      targets: [new LambdaFunction(attach, { maxEventAge: Duration.hours(1), deadLetterQueue: deadLetters.ofRules })],
    });
    // It throws while the execution has written nothing yet; Lambda calls again after one minute and after two.
    attach.configureAsyncInvoke({
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
      onFailure: new SqsDestination(deadLetters.queue),
    });
    acknowledge(attach, {
      'Serverless-LambdaDLQ':
        'What fails goes to the failure destination of its asynchronous invocations, which, unlike a dead-letter queue, says why.',
    });
  }
}
