import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmPrefix } from '../domain/alarm/alarm-name.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import type { Trigger } from '../domain/trigger.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { failedInvocations, OperatorAlarm } from './operator-alarm.ts';

export interface HaltRuleProps {
  readonly environment: string;
  readonly phases: readonly number[];
  /** The triggers whose alarms halt trading. */
  readonly halting: readonly Trigger[];
  readonly triggers: Triggers;
  readonly machine: IStateMachine;
  readonly deadLetters: IQueue;
  readonly tell: ITopic;
}

/**
 * Starts the machine halt when an alarm of a CRITICAL trigger turns red, beside the rollback of its phase: it halts although that rollback
 * asks, waits or cannot open.
 */
export class HaltRule extends Construct {
  constructor(scope: Construct, id: string, props: HaltRuleProps) {
    super(scope, id);
    const { environment, phases, halting, machine, deadLetters, tell } = props;
    refuseOtherSeverities(props);
    // The queue accepts rules of phases by their name.
    const of = 'phase-halt-on-critical';
    const ruleName = `rollback-${environment}-${of}`;
    const arn = Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: ruleName });
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'events', arn) });
    // The alarms of a trigger begin with its name.
    const names = phases.flatMap((phase) => halting.map((trigger) => `${alarmPrefix(environment, phase)}${trigger}`));
    new Rule(this, 'Resource', {
      ruleName,
      description: 'Halts trading when an alarm of a trigger turns red that the environment names in halt_on_critical.',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: names.map((prefix) => ({ prefix })), state: { value: ['ALARM'] } },
      },
      targets: [new SfnStateMachine(machine, { maxEventAge: Duration.minutes(5), deadLetterQueue: deadLetters, role })],
    });
    new OperatorAlarm(this, 'failed', {
      ...{ environment, tell, heading: 'dead-letters', of, metric: failedInvocations(ruleName) },
    });
  }
}

function refuseOtherSeverities({ halting, triggers: { triggers } }: HaltRuleProps): void {
  const others = halting.filter((trigger) => triggers[trigger].severity !== 'CRITICAL');
  if (others.length > 0)
    throw new Error(
      `trading.halt_on_critical names ${others.join(', ')}, whose severity in triggers.yaml is not CRITICAL. Remove it there, or correct the severity.`,
    );
}
