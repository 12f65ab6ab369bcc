import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface EveryMinuteProps {
  readonly environment: string;
  readonly functions: readonly TaskFunctionResource[];
  readonly deadLetters: DeadLetters;
}

/** The minute hand: Reconcile finds what an edge-triggered system loses; flags get their first values. */
export class EveryMinute extends Construct {
  constructor(scope: Construct, id: string, { environment, functions, deadLetters }: EveryMinuteProps) {
    super(scope, id);
    // No retries on either hop: the next minute does the same, and a late one would find it at work.
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-every-minute`,
      description: 'Lost alarms, stopped executions, locks of nobody; first values of flags.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: functions.map(
        (fn) =>
          new LambdaFunction(fn, {
            maxEventAge: Duration.minutes(1),
            retryAttempts: 0,
            deadLetterQueue: deadLetters.ofRules,
          }),
      ),
    });
    for (const fn of functions) {
      fn.configureAsyncInvoke({
        maxEventAge: Duration.minutes(1),
        retryAttempts: 0,
        onFailure: new SqsDestination(deadLetters.queue),
      });
      acknowledge(fn, {
        'Serverless-LambdaDLQ':
          'What fails goes to the failure destination of its asynchronous invocations, which, unlike a dead-letter queue, says why.',
      });
    }
  }
}
