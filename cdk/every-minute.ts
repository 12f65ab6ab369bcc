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

/**
 * Runs Reconcile, seed-flags and the export of the history every minute, because events that are lost in an event-driven system never come
 * again.
 */
export class EveryMinute extends Construct {
  constructor(scope: Construct, id: string, { environment, functions, deadLetters }: EveryMinuteProps) {
    super(scope, id);
    // Neither hop retries: the next minute's run does the same work, and a late run would meet it.
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-every-minute`,
      description:
        'Repairs lost alarms, stopped executions and orphaned locks; writes the first values of flags; exports the history.',
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
    for (const fn of functions) neverRetried(fn, deadLetters);
  }
}

/** Sends a failed asynchronous call of a function to the queue, without another try: its next run does the same work. */
export function neverRetried(fn: TaskFunctionResource, deadLetters: DeadLetters): void {
  fn.configureAsyncInvoke({
    maxEventAge: Duration.minutes(1),
    retryAttempts: 0,
    onFailure: new SqsDestination(deadLetters.queue),
  });
  acknowledge(fn, {
    'Serverless-LambdaDLQ':
      'Failed events go to the failure destination of asynchronous invocations, which unlike a dead-letter queue contains the error.',
  });
}
