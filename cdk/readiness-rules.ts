import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, type RuleProps, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { named } from './permissions.ts';

export interface ReadinessRulesProps {
  readonly environment: string;
  /** By name after `rollback-<environment>-`. */
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly deadLetters: DeadLetters;
}

/** A rule, and the input of the machine; without it the machine gets the event. */
type Start = Pick<RuleProps, 'description' | 'schedule' | 'eventPattern'> & { readonly input?: object };

/** Checks readiness once a day and after each preparation, and every 30 minutes without asking the hosts. */
export class ReadinessRules extends Construct {
  constructor(scope: Construct, id: string, { environment, machines, deadLetters }: ReadinessRulesProps) {
    super(scope, id);
    const machine = machines.get('check-readiness');
    if (!machine) throw new Error('No machine checks readiness; add it to statemachines/state-machines.ts.');
    const starts = Object.entries(startsOf(this, environment)).map(
      ([name, start]) => [`rollback-${environment}-readiness-${name}`, start] as const,
    );
    const arn = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName });
    const role = new Role(this, 'Role', {
      assumedBy: onBehalfOf(this, 'events', ...starts.map(([name]) => arn(name))),
    });
    for (const [ruleName, { input, ...when }] of starts)
      new Rule(this, ruleName, {
        ruleName,
        ...when,
        targets: [
          new SfnStateMachine(machine, {
            ...(input ? { input: RuleTargetInput.fromObject(input) } : {}),
            maxEventAge: Duration.minutes(30), // the next run checks the same
            deadLetterQueue: deadLetters.ofRules,
            role,
          }),
        ],
      });
  }
}

const startsOf = (scope: Construct, environment: string): Readonly<Record<string, Start>> => ({
  daily: {
    description: 'Checks on every host whether each phase can be rolled back.',
    schedule: Schedule.rate(Duration.days(1)),
    input: {},
  },
  light: {
    description: 'Checks whether each phase can be rolled back, without asking the hosts.',
    schedule: Schedule.rate(Duration.minutes(30)),
    input: { light: true },
  },
  prepared: {
    description: 'Checks after a preparation whether its phase can be rolled back.',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['SUCCEEDED'],
        stateMachineArn: [named(scope, 'states', 'stateMachine', `rollback-${environment}-prepare-deployment`)],
      },
    },
  },
});
