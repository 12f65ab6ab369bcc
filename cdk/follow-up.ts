import { Duration, NestedStack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';
import { Machine } from './machine.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { failedInvocations, OperatorAlarm } from './operator-alarm.ts';
import { named } from './permissions.ts';
import { changeTheTask } from './tasks/change-the-task.ts';
import { followTheRollback } from './tasks/follow-the-rollback.ts';
import { remindOfTasks } from './tasks/remind-of-tasks.ts';
import type { TaskFunction } from './tasks/task-function.ts';
import { type Tasks, versionsOf } from './tasks/tasks.ts';
import { TransitionEvents } from './transition-events.ts';

export interface FollowUpProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** Rendered definitions by machine name. */
  readonly definitions: Readonly<Record<string, string>>;
  readonly tasks: Tasks;
  readonly tell: ITopic;
  readonly deadLetters: DeadLetters;
}

/** The machines of this stack, by their names after `rollback-<environment>-`. */
export const followUpMachines = ['follow-up', 'change-task'] as const;

/**
 * The nested stack of what follows a rollback, and of what tells other systems of it: machines, functions, rules and alarms. A template of its own, because the main one is
 * nearly full.
 */
export class FollowUp extends NestedStack {
  readonly #common: { readonly environment: string; readonly tell: ITopic };

  constructor(scope: Construct, id: string, props: FollowUpProps) {
    super(scope, id, { description: 'What follows a rollback: checks, tasks, reports, reminders.' });
    const { environmentName, environment, tasks, tell, deadLetters } = props;
    this.#common = { environment: environmentName, tell };
    const called = tasks.calledIn(this, [followTheRollback, changeTheTask]);
    const remind = tasks.in(this, remindOfTasks);
    const versions = { ...tasks.versions, ...versionsOf(called) };
    const machines = followUpMachines.map((name) => {
      const definition = props.definitions[name] ?? '';
      const own = { environmentName, environment, name, definition, tasks: versions, tell };
      return new Machine(this, `Machine-${name}`, own).stateMachine;
    });
    if (machines[0]) this.#beginAtEachEnd(machines[0], environment.follow_up, deadLetters);
    this.#remindEveryHour(remind, deadLetters);
    this.#onTasks(remind);
    new TransitionEvents(this, 'Transitions', { environment: environmentName, tasks, tell, deadLetters });
  }

  #beginAtEachEnd(machine: StateMachine, enabled: boolean, deadLetters: DeadLetters): void {
    const { environment } = this.#common;
    const ruleName = `rollback-${environment}-ended`;
    const arn = this.formatArn({ service: 'events', resource: 'rule', resourceName: ruleName });
    const role = new Role(this, 'EndedRole', { assumedBy: onBehalfOf(this, 'events', arn) });
    new Rule(this, 'Ended', {
      ruleName,
      enabled,
      description: 'Begins the follow-up of each rollback that has ended.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ prefix: named(this, 'states', 'stateMachine', `rollback-${environment}-phase-`) }],
        },
      },
      targets: [
        new SfnStateMachine(machine, { maxEventAge: Duration.hours(4), deadLetterQueue: deadLetters.ofRules, role }),
      ],
    });
    this.#alarm('follow-up-failed', failedInvocations(ruleName), { of: 'not-begun' });
  }

  #remindEveryHour({ fn }: TaskFunction, deadLetters: DeadLetters): void {
    new Rule(this, 'EveryHour', {
      ruleName: `rollback-${this.#common.environment}-every-hour`,
      description: 'Tells people of tasks after a rollback that are overdue.',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [
        new LambdaFunction(fn, {
          maxEventAge: Duration.minutes(1),
          retryAttempts: 0,
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    new Rule(this, 'EveryQuarter', {
      ruleName: `rollback-${this.#common.environment}-every-quarter`,
      description: 'Reminds people that the rollback procedure itself is due for its review.',
      schedule: Schedule.rate(Duration.days(90)),
      targets: [
        new LambdaFunction(fn, {
          event: RuleTargetInput.fromObject({ review: 'procedure' }),
          deadLetterQueue: deadLetters.ofRules,
        }),
      ],
    });
    neverRetried(fn, deadLetters);
  }

  #onTasks({ fn }: TaskFunction): void {
    const { namespace, dimension, overdueTasks, relapses } = productMetrics;
    const dimensionsMap = { [dimension]: this.#common.environment };
    const hourly = { period: Duration.hours(1), statistic: 'Sum' } as const;
    // The function runs every hour, so the alarm stays red while a task is overdue.
    this.#alarm('task-overdue', new Metric({ namespace, metricName: overdueTasks, dimensionsMap, ...hourly }));
    const fiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' } as const;
    this.#alarm('relapse', new Metric({ namespace, metricName: relapses, dimensionsMap, ...fiveMinutes }));
    this.#alarm('task-overdue', fn.metricErrors(hourly), { of: 'not-told', periods: 2 });
    this.#alarm('task-overdue', fn.metricInvocations(hourly), { of: 'not-looked', silence: true, periods: 2 });
  }

  #alarm(
    heading: string,
    metric: Metric,
    more: { readonly of?: string; readonly silence?: boolean; readonly periods?: number } = {},
  ): void {
    const id = [heading, more.of].filter(Boolean).join('-');
    new OperatorAlarm(this, id, { ...this.#common, heading, metric, ...more });
  }
}
