import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';

export interface MetricArchiveProps {
  readonly environment: string;
  readonly archive: TaskFunctionResource;
  readonly deadLetters: DeadLetters;
}

/**
 * Archives the triggers' metrics every two hours. A slot of two hours is over for less than an hour before CloudWatch
 * forgets its beginning; a run every quarter of an hour has three tries.
 */
export class MetricArchive extends Construct {
  constructor(scope: Construct, id: string, { environment, archive, deadLetters }: MetricArchiveProps) {
    super(scope, id);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-every-quarter-hour`,
      description: 'Archives the metrics of the triggers, which CloudWatch keeps for three hours only.',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [
        new LambdaFunction(archive, {
          maxEventAge: Duration.minutes(15),
          retryAttempts: 0,
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    neverRetried(archive, deadLetters);
  }
}
