import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { productMetrics } from '../domain/product-metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import { publishTransitions } from './tasks/publish-transitions.ts';
import type { Tasks } from './tasks/tasks.ts';

export interface TransitionEventsProps {
  readonly environment: string;
  readonly tasks: Tasks;
  readonly tell: ITopic;
  readonly deadLetters: DeadLetters;
}

/** Publishes the transitions of rollbacks to EventBridge every minute, by a rule of its own: no consumer delays Reconcile. */
export class TransitionEvents extends Construct {
  constructor(scope: Construct, id: string, { environment, tasks, tell, deadLetters }: TransitionEventsProps) {
    super(scope, id);
    const { fn } = tasks.in(this, publishTransitions);
    new Rule(this, 'Resource', {
      ruleName: `rollback-${environment}-transitions`,
      description: 'Publishes the transitions of rollbacks to EventBridge.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(fn, {
          maxEventAge: Duration.minutes(1),
          retryAttempts: 0,
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    neverRetried(fn, deadLetters);
    const { namespace, dimension, completeTransitions: metricName } = productMetrics;
    const dimensionsMap = { [dimension]: environment };
    const complete = { namespace, metricName, dimensionsMap, statistic: 'Sum', period: Duration.minutes(1) };
    const heading = 'transitions-not-published';
    // No run in 15 minutes published everything: EventBridge refuses, or the function fails, is denied, or is behind.
    new OperatorAlarm(this, 'NotPublished', {
      ...{ environment, tell, heading, metric: new Metric(complete), silence: true, periods: 15 },
    });
  }
}
