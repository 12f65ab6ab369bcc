import { beforeMachine } from '../../domain/phases.ts';
import type { ItemAction } from '../permissions.ts';
import * as may from '../permissions.ts';
import { stateItems } from './state-items.ts';
import type { TaskContext } from './task.ts';

/** Adds events, keeps the RECORD up to date and stores hosts' verdicts. */
export const writeHistory = ({ tables }: TaskContext) => may.addToHistory(tables.history, tables.state);

/** Releases the fleet's lock, and writes that into the history. */
export const releaseFleet = (context: TaskContext) => [
  stateItems(context, 'fleet', 'Query', 'PutItem', 'DeleteItem'), // PutItem: that the fleet is half rolled back
  stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // its holder ends with it
  ...writeHistory(context),
];

/** Wakes a machine that waits for an answer, by the token stored for its question. */
export const wakeMachine = (context: TaskContext) => [stateItems(context, 'tokens', 'GetItem'), may.wakeMachines()];

/** Reads questions and their answers, and adds to them. Nothing changes or deletes one. */
export const addToQuestions = (context: TaskContext) => stateItems(context, 'questions', 'Query', 'PutItem');

/** Reads the executions that gave the decisions on a question: an answer's, a release's, or that of a start or alarm. */
export const seeWhoDecided = ({ scope, environmentName }: TaskContext) =>
  may.seeExecutions(scope, environmentName, 'phase-*', 'decide', 'release');

/** Stores an answer or its proof, and wakes the machine that waits for it. */
export const answerQuestion = (context: TaskContext) => [
  addToQuestions(context),
  ...wakeMachine(context),
  ...writeHistory(context),
];

/** Reads the brakes: what is paused, frozen or blocked. */
export const seeBrakes = (context: TaskContext) => stateItems(context, 'pause', 'Query');

/** Decides whether a rollback begins: may ask a question, and reads whether automation is paused. */
export const decideOrAsk = (context: TaskContext) => [addToQuestions(context), seeBrakes(context)];

/** Holds the fleet while hosts work: marks its lock, reads the rollback's scope, and stores attempts and verdicts. */
export const trackHostWork = (context: TaskContext) => [
  stateItems(context, 'fleet', 'Query', 'UpdateItem'),
  stateItems(context, 'rollbacks', 'GetItem', 'PutItem'),
  ...writeHistory(context),
];

/** A caller's own rights, in statements that it needs anyway: with more of them the policy would not fit into its role. */
type AlsoAllowed = {
  readonly onFleet?: readonly ItemAction[];
  readonly onRollbacks?: readonly ItemAction[];
  readonly hosts?: readonly ('seenHosts' | 'drills')[];
};

/**
 * Ends a rollback: writes its ending, frees phase and fleet, keeps unreachable hosts and an open review for later, reports
 * a missed limit.
 */
export const closeRollbackRights = (context: TaskContext, also: AlsoAllowed = {}) => [
  // PutItem: its place in the queue is kept for a person.
  stateItems(context, 'fleet', 'Query', 'PutItem', 'DeleteItem', ...(also.onFleet ?? [])),
  ...writeHistory(context),
  // Query: what was deployed meanwhile. UpdateItem: marks the deployment that was rolled back.
  stateItems(context, 'phases', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
  // PutItem: takes its hosts out of a rollback that waits.
  stateItems(context, 'rollbacks', 'GetItem', 'PutItem', ...(also.onRollbacks ?? [])),
  stateItems(
    context,
    also.hosts ? ['unreachedHosts', ...also.hosts] : 'unreachedHosts',
    'Query',
    'PutItem',
    'DeleteItem',
  ),
  stateItems(context, 'tokens', 'DeleteItem'), // a rollback that has ended waits for no answer
  // pause: the version that was rolled back is blocked. One statement for all: with more, the policy would not fit into the role
  // of open-rollback.
  stateItems(context, ['unsentMessages', 'reviews', 'pause'], 'PutItem'),
  may.countInCloudWatch(),
];

/**
 * Ends a rollback whose execution was stopped, and first stops its commands. UpdateItem: its fleet is taken, or fenced anew and
 * kept for a person.
 */
export const closeStoppedRights = (context: TaskContext, also: Pick<AlsoAllowed, 'hosts'> = {}) => [
  ...closeRollbackRights(context, { ...also, onFleet: ['UpdateItem'], onRollbacks: ['Query'] }),
  may.stopCommands(),
];

/** Publishes messages, and keeps those that SNS did not take until one more attempt succeeds. */
export const sendMessages = (context: TaskContext) => [
  stateItems(context, 'unsentMessages', 'PutItem', 'DeleteItem'),
  ...may.publishTo(context.operators),
];

/** Every document that a rollback may send: steps, flag readings and checks. */
export const documentsOfRollbacks = ({ documents: { steps, flags, checks } }: TaskContext) => [
  ...new Set([...steps, ...flags, ...checks]),
];

/** The ARN of each phase's machine. */
export const machinesOfPhases = (context: TaskContext) => context.phases.map((phase) => machineArn(context, phase));

/** The ARN of the machine that rolls several phases back. */
export const machineOfSeveralPhases = ({ scope, environmentName }: TaskContext) =>
  may.named(scope, 'states', 'stateMachine', `rollback-${environmentName}-${beforeMachine}`);

/** The ARN by name and not by reference: the machines call these functions, so each would depend on the other. */
export const machineArn = ({ scope, environmentName }: TaskContext, phase: number | '') =>
  may.named(scope, 'states', 'stateMachine', `rollback-${environmentName}-phase-${phase}`);
