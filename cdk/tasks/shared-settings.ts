import { alarmMetrics } from '../../domain/alarm/alarm-metrics.ts';
import { noPortal } from '../../domain/message/page-place.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import { named } from '../permissions.ts';
import type { TaskContext } from './task.ts';

/** The environment's name: part of the alarms' names, and the dimension of the product's own metrics. */
export const environmentName = ({ environmentName }: TaskContext) => ({ ENVIRONMENT: environmentName });

/** The tag by which Systems Manager finds the fleet's hosts. */
export const fleetTag = ({ environment }: TaskContext) => ({
  FLEET_TAG_KEY: environment.fleet.tag.key,
  FLEET_TAG_VALUE: environment.fleet.tag.value,
});

/** The parts of the environment that decide whether a rollback begins. */
export const decisionRules = ({ environment }: TaskContext) => {
  const { trust, brakes, questions, limits, confirm } = environment;
  return { SETTINGS: JSON.stringify({ trust, brakes, questions, limits, confirm }) };
};

/** The hosts that get a version before the others; empty if the environment names none. */
export const canaryGroup = ({ environment: { brakes } }: TaskContext) => ({
  BRAKES: JSON.stringify({ canary: brakes.canary ?? [] }),
});

/** The trading sessions of the phases; empty if the environment names no venues. */
export const tradingSessions = ({ calendar = {} }: TaskContext) => ({ CALENDAR: JSON.stringify(calendar) });

/** The metric of each alarm, by the alarm's name without environment and phase. */
export const metricsOfAlarms = ({ triggers }: TaskContext) => ({
  ALARM_METRICS: JSON.stringify(alarmMetrics(triggers)),
});

/** The executions by which decisions on a question are proved, and which triggers roll back without a question. */
export const proofOfDecisions = ({ scope, environmentName, triggers }: TaskContext) => ({
  EXECUTION_ARN_PREFIX: named(scope, 'states', 'execution', `rollback-${environmentName}-`),
  SEVERITIES: JSON.stringify(
    Object.fromEntries(Object.entries(triggers.triggers).map(([name, { severity }]) => [name, severity])),
  ),
});

/** The people and the runbook that messages name, and the triggers whose alarms halt trading. */
export const contacts = ({ environment }: TaskContext) => ({
  HALT_ON_CRITICAL: JSON.stringify(environment.trading?.halt_on_critical ?? []),
  CONTACTS: JSON.stringify(environment.contacts),
  RUNBOOK: environment.runbook,
  ACCESS_PORTAL: environment.access_portal ?? noPortal,
});

/** The topic to which messages are published. */
export const operatorsTopic = ({ operators }: TaskContext) => ({ TOPIC_ARN: operators.topic.topicArn });

/** The text of the message about a rollback that missed its limit. */
export const limitMissedText = ({ templates }: TaskContext) => ({ LIMIT_MISSED: textOf(templates, 'limit-missed') });

/** The seconds within which a rollback that acted without an answer of a person is reviewed. */
export const reviewTime = ({ environment }: TaskContext) => ({ REVIEW_WITHIN: String(environment.review.within) });

/** The phases that have a runbook. */
export const phaseNumbers = ({ phases }: TaskContext) => ({ PHASES: JSON.stringify(phases) });

/** Whom to call if a halt is not confirmed, and what must be true before trading resumes. */
export const tradingSettings = ({ environment: { trading, runbook } }: TaskContext) => ({
  TRADING_CONTACT: trading?.contact ?? 'nobody is named (trading.contact in the environment file)',
  TRADING_RULES: JSON.stringify({ approvers: trading?.approvers ?? 2, allowed: trading?.allowed ?? {} }),
  RUNBOOK: runbook,
});
