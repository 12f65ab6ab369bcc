import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';

export interface FleetWatchProps {
  readonly environment: string;
  readonly watch: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/**
 * Compares the hosts every two minutes: a run reads what hosts reported on the look of the last run, and sends the next. A host
 * that differs is so named within four minutes, and within six if one run is lost.
 */
export class FleetWatch extends Construct {
  constructor(scope: Construct, id: string, { environment, watch, deadLetters }: FleetWatchProps) {
    super(scope, id);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-every-two-minutes`,
      description: 'Compares what hosts run with the deployments on record.',
      schedule: Schedule.rate(Duration.minutes(2)),
      targets: [
        new LambdaFunction(watch, {
          maxEventAge: Duration.minutes(1),
          retryAttempts: 0,
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    neverRetried(watch, deadLetters);
  }
}
