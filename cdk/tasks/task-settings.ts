import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmMetrics } from '../../domain/alarm/alarm-metrics.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { reconcileMessages } from '../../domain/reconcile/reconcile.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import { named } from '../permissions.ts';
import type { TasksProps } from './tasks.ts';

/** What functions are told by variables of their environment, by what it is about. */
export const taskSettings = ({ environmentName, environment, operators, triggers, templates, phases }: TasksProps) => ({
  named: { ENVIRONMENT: environmentName },
  tag: { FLEET_TAG_KEY: environment.fleet.tag.key, FLEET_TAG_VALUE: environment.fleet.tag.value },
  deciding: { SETTINGS: JSON.stringify(settingsOf(environment)) },
  metrics: { ALARM_METRICS: JSON.stringify(alarmMetrics(triggers)) },
  contacts: { CONTACTS: JSON.stringify(environment.contacts) },
  topic: { TOPIC_ARN: operators.topic.topicArn },
  late: { LIMIT_MISSED: textOf(templates, 'limit-missed') },
  phases: { PHASES: JSON.stringify(phases) },
  planning: { CONFIRM: JSON.stringify(environment.confirm), LIMITS: JSON.stringify(environment.limits) },
  probes: { PROBES: JSON.stringify(probes(environment)) },
});

/** What Reconcile alone is told. */
export function reconcileSettings(
  scope: Construct,
  { environmentName, environment, triggers, templates }: TasksProps,
): Record<string, string> {
  const blind = Object.entries(triggers.triggers).filter(([, { when_blind }]) => when_blind !== 'ignore');
  return {
    FLEET: environment.fleet.name,
    // Not an ARN a phase: a function takes 4 KB of settings.
    MACHINE_ARN_PREFIX: machineArn(scope, environmentName, ''),
    BLIND_TRIGGERS: JSON.stringify(blind.map(([name]) => name)),
    ALARM_ARN_PREFIX: `${Stack.of(scope).formatArn({ service: 'cloudwatch', resource: 'alarm' })}:`,
    TEMPLATES: JSON.stringify(Object.fromEntries(reconcileMessages.map((name) => [name, textOf(templates, name)]))),
    SETTINGS: JSON.stringify({ confirm: environment.confirm }),
  };
}

/** By name and not by reference: the machines call these functions, and would depend on them both ways. */
export const machineArn = (scope: Construct, environment: string, phase: number | '') =>
  named(scope, 'states', 'stateMachine', `rollback-${environment}-phase-${phase}`);

const probes = ({ confirm }: Environment) => ({
  in_a_row: confirm.in_a_row,
  every_seconds: confirm.every,
  give_up_seconds: confirm.give_up,
});

/** What of the environment decides whether a rollback begins. */
const settingsOf = ({ trust, brakes, questions, limits, confirm }: Environment) => ({
  trust,
  brakes,
  questions,
  limits,
  confirm,
});
