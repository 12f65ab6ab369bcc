import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface ReconcileProps {
  readonly environment: string;
  readonly fn: TaskFunctionResource;
  readonly deadLetters: IQueue;
}

/** The minute hand: finds what an edge-triggered system loses. */
export class Reconcile extends Construct {
  constructor(scope: Construct, id: string, { environment, fn, deadLetters }: ReconcileProps) {
    super(scope, id);
    // No retries on either hop: the next minute does the same, and a late one would find it at work.
    new Rule(this, 'EveryMinute', {
      ruleName: `rollback-${environment}-every-minute`,
      description: 'Lost alarms, stopped executions, locks of nobody.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(fn, { maxEventAge: Duration.minutes(1), retryAttempts: 0, deadLetterQueue: deadLetters }),
      ],
    });
    fn.configureAsyncInvoke({
      maxEventAge: Duration.minutes(1),
      retryAttempts: 0,
      onFailure: new SqsDestination(deadLetters),
    });
    acknowledge(fn, {
      'Serverless-LambdaDLQ':
        'What fails goes to the failure destination of its asynchronous invocations, which, unlike a dead-letter queue, says why.',
    });
  }
}
