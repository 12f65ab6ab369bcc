import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { breakerAlarmName } from '../domain/flags/known-flags.ts';
import { type BreakerAlarm, crossing } from '../domain/infra/triggers-file.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { failedInvocations, OperatorAlarm } from './operator-alarm.ts';
import { comparisons, missing } from './phase-alarms.ts';

export interface BreakersProps {
  readonly environment: string;
  readonly namespace: string;
  /** The alarm of each circuit breaker, by the name of its flag. */
  readonly breakers: Readonly<Record<string, BreakerAlarm>>;
  /** The machine that sets flags. */
  readonly changeFlag: StateMachine;
  readonly deadLetters: IQueue;
  readonly tell: ITopic;
}

/**
 * The nested stack of the circuit breakers: per flag an alarm that tells the operators, and a rule by which it opens the breaker.
 *
 * An alarm that turns green closes nothing: a person does, once the component is healed (docs/decisions/circuit-breakers.md).
 */
export class Breakers extends NestedStack {
  constructor(scope: Construct, id: string, props: BreakersProps) {
    super(scope, id, { description: 'Circuit breakers: the alarms that open them.' });
    const flags = Object.keys(props.breakers).map((flag) => ({
      flag,
      name: breakerAlarmName(props.environment, flag),
    }));
    const arn = ({ name }: { readonly name: string }) =>
      Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: name });
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'events', ...flags.map(arn)) });
    for (const { flag, name } of flags) {
      this.#alarm(flag, name, props);
      this.#rule(flag, name, { ...props, role });
    }
  }

  #alarm(flag: string, alarmName: string, { breakers, namespace, tell }: BreakersProps): void {
    const alarm = breakers[flag] as BreakerAlarm;
    const { threshold, comparison } = crossing(alarm);
    new Alarm(this, `${flag}-Alarm`, {
      alarmName,
      alarmDescription: 'Runbook: docs/runbook.md#breaker',
      metric: new Metric({
        namespace,
        metricName: alarm.metric,
        dimensionsMap: { component: flag },
        statistic: alarm.statistic,
        period: Duration.seconds(alarm.period),
      }),
      threshold,
      comparisonOperator: comparisons[comparison],
      evaluationPeriods: alarm.datapoints.of,
      datapointsToAlarm: alarm.datapoints.needed,
      treatMissingData: missing[alarm.treat_missing_data],
    }).addAlarmAction(new SnsAction(tell));
  }

  /** An event that is hours late would open the breaker of a component that is healed, so it is delivered within five minutes. */
  #rule(flag: string, name: string, props: BreakersProps & { readonly role: Role }): void {
    const { environment, changeFlag, deadLetters, tell, role } = props;
    const input = RuleTargetInput.fromObject({
      ...{ flag, value: 'open', operator: `alarm ${name}` },
      reason: `The alarm turned red at ${EventField.time}.`,
    });
    new Rule(this, `${flag}-Rule`, {
      ruleName: name,
      description: `Opens the circuit breaker ${flag} when its alarm turns red.`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: [name], state: { value: ['ALARM'] } },
      },
      targets: [
        new SfnStateMachine(changeFlag, {
          ...{ input, role, deadLetterQueue: deadLetters, maxEventAge: Duration.minutes(5) },
        }),
      ],
    });
    const of = `breaker-${flag}`;
    new OperatorAlarm(this, `${flag}-Failed`, {
      ...{ environment, heading: 'dead-letters', of, tell, metric: failedInvocations(name) },
    });
  }
}
