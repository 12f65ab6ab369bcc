import { Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';

export interface DocumentChecksProps {
  readonly environment: string;
  /** Checks that every document has the reviewed content. */
  readonly check: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/** Checks all documents every five minutes, and after each deployment of this stack. */
export class DocumentChecks extends Construct {
  constructor(scope: Construct, id: string, { environment, check, deadLetters }: DocumentChecksProps) {
    super(scope, id);
    const rule = (name: string, description: string, when: { schedule: Schedule } | { eventPattern: EventPattern }) =>
      new Rule(this, name, {
        ruleName: `rollback-${environment}-${name}`,
        description,
        ...when,
        targets: [
          new LambdaFunction(check, {
            maxEventAge: Duration.minutes(5),
            retryAttempts: 2,
            deadLetterQueue: deadLetters.ofRules,
          }),
        ],
      });
    rule('every-five-minutes', 'Checks that every document has the reviewed content.', {
      schedule: Schedule.rate(Duration.minutes(5)),
    });
    rule('every-deployment', 'Checks after a deployment that every document has the reviewed content.', {
      eventPattern: deploymentOf(Stack.of(this)),
    });
    neverRetried(check, deadLetters);
  }
}

/** A deployment of the stack that has ended, well or not (CloudFormation guide, "Stack Status Change event detail"). */
const deploymentOf = (stack: Stack): EventPattern => ({
  source: ['aws.cloudformation'],
  detailType: ['CloudFormation Stack Status Change'],
  detail: {
    'stack-id': [
      {
        prefix: stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${stack.stackName}/` }),
      },
    ],
    'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'] },
  },
});
