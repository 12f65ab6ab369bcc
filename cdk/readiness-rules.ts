import { Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
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

/** Checks readiness once a day and after each preparation, and every 30 minutes without asking the hosts. */
export class ReadinessRules extends Construct {
  constructor(scope: Construct, id: string, { environment, machines, deadLetters }: ReadinessRulesProps) {
    super(scope, id);
    const machine = machines.get('check-readiness');
    if (!machine) throw new Error('No machine checks readiness; add it to statemachines/state-machines.ts.');
    const names = ['readiness-daily', 'readiness-light', 'readiness-prepared'].map(
      (name) => `rollback-${environment}-${name}`,
    );
    const arns = names.map((resourceName) =>
      Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName }),
    );
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'events', ...arns) });
    const [daily = '', light = '', prepared = ''] = names;
    const rule = (
      ruleName: string,
      description: string,
      { input, ...when }: { input?: object; schedule?: Schedule; eventPattern?: EventPattern },
    ) =>
      new Rule(this, ruleName, {
        ruleName,
        description,
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
    rule(daily, 'Checks on every host whether each phase can be rolled back.', {
      schedule: Schedule.rate(Duration.days(1)),
      input: {},
    });
    rule(light, 'Checks whether each phase can be rolled back, without asking the hosts.', {
      schedule: Schedule.rate(Duration.minutes(30)),
      input: { light: true },
    });
    rule(prepared, 'Checks after a preparation whether its phase can be rolled back.', {
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['SUCCEEDED'],
          stateMachineArn: [
            named(Stack.of(this), 'states', 'stateMachine', `rollback-${environment}-prepare-deployment`),
          ],
        },
      },
    });
  }
}
