import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmPrefix } from '../domain/alarm/alarm-name.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { failedInvocations, OperatorAlarm } from './operator-alarm.ts';

export interface PhaseRuleProps {
  readonly environment: string;
  readonly phase: number;
  readonly triggers: Triggers;
  readonly machine: StateMachine;
  readonly deadLetters: IQueue;
  /** The topic of operators, for an event that could not be delivered. */
  readonly tell: ITopic;
}

/** Starts a phase's machine with the alarm's event, so that every alarm has a visible execution. */
export class PhaseRule extends Construct {
  constructor(scope: Construct, id: string, props: PhaseRuleProps) {
    super(scope, id);
    const { environment, phase, triggers, machine, deadLetters, tell } = props;
    // By default EventBridge retries for a day. A rollback that starts hours late would roll back a healthy system.
    const target = () =>
      new SfnStateMachine(machine, { maxEventAge: Duration.minutes(5), deadLetterQueue: deadLetters, role });
    const prefix = alarmPrefix(environment, phase);
    const names = { ALARM: `${prefix}red`, INSUFFICIENT_DATA: `${prefix}blind` };
    const arn = (name: string) => Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: name });
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'events', ...Object.values(names).map(arn)) });
    const blind = Object.entries(triggers.triggers)
      .filter(([, { when_blind }]) => when_blind !== 'ignore')
      .map(([name]) => `${prefix}${name}`);
    const rule = (state: keyof typeof names, prefixes: readonly string[]) => {
      new Rule(this, state === 'ALARM' ? 'Red' : 'Blind', {
        ruleName: names[state],
        description: `Starts the rollback of phase ${phase} when one of its alarms ${state === 'ALARM' ? 'turns red' : 'has no data'}.`,
        eventPattern: {
          source: ['aws.cloudwatch'],
          detailType: ['CloudWatch Alarm State Change'],
          detail: { alarmName: prefixes.map((one) => ({ prefix: one })), state: { value: [state] } },
        },
        targets: [target()],
      });
      const of = names[state].slice(`rollback-${environment}-`.length);
      const failed = { heading: 'dead-letters', of, metric: failedInvocations(names[state]) };
      new OperatorAlarm(this, `${names[state]}-failed`, { environment, tell, ...failed });
    };
    rule('ALARM', [prefix]);
    if (blind.length > 0) rule('INSUFFICIENT_DATA', blind);
  }
}
