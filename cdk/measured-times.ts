import { Duration, NestedStack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { productMetrics } from '../domain/product-metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import { measureTheTimes } from './tasks/measure-the-times.ts';
import type { Tasks } from './tasks/tasks.ts';

export interface MeasuredTimesProps {
  readonly environment: string;
  readonly tasks: Tasks;
  readonly tell: ITopic;
  readonly deadLetters: DeadLetters;
}

/**
 * Measures every six hours whether the p95 of rollbacks and drills is inside its limit. A period of twelve hours has two
 * runs, so the alarm stays red from one to the next. A stack of its own, because the main template has little room.
 */
export class MeasuredTimes extends NestedStack {
  constructor(scope: Construct, id: string, { environment, tasks, tell, deadLetters }: MeasuredTimesProps) {
    super(scope, id, { description: 'Measures how long rollbacks and drills take, against their limits.' });
    const { fn } = tasks.in(this, measureTheTimes);
    new Rule(this, 'EverySixHours', {
      ruleName: `rollback-${environment}-every-six-hours`,
      description: 'Measures how long rollbacks and drills take, against their limits.',
      schedule: Schedule.rate(Duration.hours(6)),
      targets: [
        new LambdaFunction(fn, {
          maxEventAge: Duration.minutes(15),
          retryAttempts: 0,
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    neverRetried(fn, deadLetters);
    const highest = new Metric({
      namespace: productMetrics.namespace,
      metricName: productMetrics.limitUse,
      dimensionsMap: { [productMetrics.dimension]: environment },
      statistic: 'Maximum',
      period: Duration.hours(12),
    });
    const common = { environment, heading: 'p95-outside-limit', tell };
    new OperatorAlarm(this, 'p95-outside-limit', { ...common, metric: highest, threshold: 100 });
    // A run that fails, or a rule that starts none: in a whole day no value was published.
    const runs = highest.with({ statistic: 'SampleCount' });
    new OperatorAlarm(this, 'p95-outside-limit-not-measured', {
      ...common,
      ...{ of: 'not-measured', metric: runs, silence: true, periods: 2 },
    });
  }
}
