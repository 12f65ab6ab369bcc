import { checks, documentId, holdScript, hostParameters } from '../../config/host-document.ts';
import type { Mode } from '../../domain/decision/rollback-request.ts';
import type { Part } from '../../domain/infra/part.ts';
import type { Runbook, RunbookStep } from '../../domain/infra/runbook.ts';
import { holdId, isRestoring, stepId } from '../../domain/infra/runbook-steps.ts';
import { attemptSeconds, retries } from '../../domain/plan/attempt-time.ts';
import { type Catcher, expression, invokeState, keptCause, type Retrier, type Task, transientErrors } from '../asl.ts';
import { catchAll, handOver, rollbackOver } from './failed-task.ts';

/** The time limit of one invocation that waits for hosts: the function's own timeout of 5 minutes, and a margin. */
export const hostTaskTimeoutSeconds = 330;

/**
 * Resumes waiting where the last invocation stopped. One takes 5 minutes, so 50 exceed the timeout of any step in a
 * runbook.
 */
export const stillRunning: Retrier = {
  ErrorEquals: ['StillRunning'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 50,
};

/** Retries a failed step. Each retry runs only on the hosts that have not done the step. */
const afterFailure = (step: RunbookStep): Retrier => ({
  ErrorEquals: ['StepFailed'],
  IntervalSeconds: retries(step).secondsApart,
  BackoffRate: 1,
  MaxAttempts: retries(step).most,
});

/**
 * Retries transient errors of tasks that act on hosts long enough for an outage of two minutes, because giving up would
 * leave the hosts half rolled back.
 *
 * Twelve retries take two minutes on average and at most four and a half, of the fifteen of a CRITICAL rollback.
 */
export const transientErrorsOnHosts: Retrier = { ...transientErrors, MaxAttempts: 12 };

/** Runs one step of the runbook on every host. */
export const hostStepState = (runbook: Runbook | Part, step: RunbookStep, next: string): Task =>
  invokeState({
    comment: `${step.stage === 'immediate' ? 'Immediate action' : 'Recovery step'}: ${flipping(step)}${step.script} on every host${inWaves(step)}.`,
    function: step.flags ? 'FlipFlag' : 'RunOnHosts',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      step: commandOf(runbook, step),
      repeat: expression('$repeat'),
      ...(step.flags ? { flags: step.flags } : {}),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning, afterFailure(step)],
    transientErrors: transientErrorsOnHosts,
    catch: [...(step.whole ? [othersFirst] : []), stepFailed, ...catchAll],
    next,
  });

const commandOf = (runbook: Runbook | Part, step: RunbookStep) => ({
  ...hostCommand(runbook, {
    id: stepId(step.name),
    kind: 'step',
    name: step.name,
    timeout: step.timeout,
    ...hostParameters(step),
  }),
  ...(step.waves ? { waves: step.waves } : {}),
  ...(step.whole ? { whole: true } : {}),
  ...(isRestoring(step) ? { restores: runbook.target.version } : {}),
});

export const freezeTheTarget = 'Freeze the target';
export const holdDeployments = 'Hold deployments';

/**
 * The work beside the first step. Holds deployments on every host, by the customer's own script. Freezes the commit of the target's tag,
 * with the script of the step that restores it, if one does: a tag that moves later is then found, also if it moves on every host.
 *
 * If the freezing does not come through, the restoring step does it. If the hold fails, nothing stops.
 */
export function besideFirstStep(runbook: Runbook, next: string): { readonly name: string; readonly state: Task } {
  const step = runbook.steps.find(isRestoring);
  const hold = hostCommand(runbook, {
    ...{ id: holdId, name: 'Hold deployments', kind: 'beside', timeout: 30 },
    ...holdScript,
  });
  if (!step) return { name: holdDeployments, state: holdDeploymentsState(hold, next) };
  const comment =
    "Asks every host for the commit of the target's tag, and holds deployments there, while the first step begins.";
  return { name: freezeTheTarget, state: besideState({ comment, step: commandOf(runbook, step), hold }, next) };
}

/** Returns the state that only holds deployments, beside the first step. `hold`: the command. */
export const holdDeploymentsState = (hold: object, next: string): Task =>
  besideState({ comment: 'Holds deployments on every host, while the first step begins.', step: hold, hold }, next);

const besideState = ({ comment, ...commands }: { comment: string; step: object; hold: object }, next: string): Task =>
  invokeState({
    beside: true,
    comment,
    function: 'RunOnHosts',
    payload: { rollback: expression('$rollback'), fence: expression('$fence'), only: 'freeze', ...commands },
    timeoutSeconds: hostTaskTimeoutSeconds,
    catch: [rollbackOver, { ErrorEquals: ['States.ALL'], Assign: { problem: null }, Next: next }],
    next,
  });

/**
 * A step that failed after its retries: an operator decides. Every other error ends the rollback. The next
 * state makes a sentence of the Cause.
 */
const stepFailed: Catcher = {
  ErrorEquals: ['StepFailed'],
  Assign: {
    problem: keptCause,
    stopped: expression('$states.context.State.Name'),
  },
  Next: handOver,
};

/** Before the first step that judges the whole host; such a step goes back here if it fails while others wait. */
export const letOthersAct = 'Let others act';
const othersFirst: Catcher = { ErrorEquals: ['OthersFirst'], Assign: { problem: null }, Next: letOthersAct };

const inWaves = ({ waves }: RunbookStep) => (waves ? `, ${waves.canary} first, then ${waves.size} at a time` : '');

/** Returns the flags that a step sets, in words: "flag testing_mode to production, flag ab_testing off, then ". */
function flipping({ flags = {} }: RunbookStep): string {
  const words = { true: 'on', false: 'off' } as const;
  return Object.entries(flags)
    .map(([flag, value]) => `flag ${flag} ${typeof value === 'string' ? `to ${value}` : words[`${value}`]}, `)
    .join('')
    .replace(/ $/, ' then ');
}

/** The state that confirms a recovery, after the last step. */
export const confirmRecovery = 'Confirm recovery';

/** Checks versions, health, alarm and metric until the recovery is confirmed or its time is over. */
export const confirmRecoveryState = (runbook: Runbook): Task => {
  const [version, health] = checks(runbook);
  return confirmingState({
    steps: runbook.steps.map(({ name }) => stepId(name)),
    own_checks: runbook.confirm.health?.own ?? [],
    target_version: runbook.target.version,
    version:
      version && hostCommand(runbook, { id: 'confirm-recovery', name: 'Confirm recovery', kind: 'check', ...version }),
    health: health
      ? hostCommand(runbook, { id: 'confirm-health', name: 'Confirm health', kind: 'check', ...health })
      : null,
  });
};

/** Returns the state that confirms a recovery. `judged`: the versions and health checks that it is judged by. */
export const confirmingState = (judged: Readonly<Record<string, unknown>>): Task =>
  invokeState({
    comment: 'Checks versions, health, the alarm and its metric until all are good several times in a row.',
    function: 'ConfirmRecovery',
    payload: { rollback: expression('$rollback'), fence: expression('$fence'), ...judged },
    assign: {
      verdict: expression('$states.result.Payload.verdict'),
      problem: expression('$states.result.Payload.problem'),
      stopped: confirmRecovery,
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning],
    transientErrors: transientErrorsOnHosts,
    catch: catchAll,
    next: 'Did every host recover?',
  });

/** Returns a step or check for the hosts: document, timeouts, and every parameter that is known before the rollback. */
export const hostCommand = (
  { target, ...runbook }: Runbook | Part,
  {
    id,
    name,
    kind,
    script,
    timeout,
    parameters,
    mode = 'live',
  }: {
    id: string;
    name: string;
    kind: 'step' | 'check' | 'beside';
    script: string;
    timeout: number;
    parameters: Readonly<Record<string, string>>;
    mode?: Mode;
  },
) => ({
  id,
  name,
  ...('part' in runbook ? { phase: runbook.phase } : {}),
  document: documentName(documentId(script)),
  timeout_seconds: timeout,
  attempt_seconds: attemptSeconds(timeout),
  parameters: withoutEmpty({
    Step: id,
    Kind: kind,
    Mode: mode,
    Tree: '${Tree}',
    State: '${State}',
    Target: target.version,
    Redis: '${Redis}',
    Protected: '${Protected}',
    Python: '${Python}',
    Paths: target.paths.join(' '),
    Copies: target.copies.map(({ from, to }) => `${from}>${to}`).join(' '),
    ...parameters,
  }),
});

/** Omits empty parameters, because empty is the default of every optional parameter of a document. */
export const withoutEmpty = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));

export const documentName = (id: string) => `rollback-\${Environment}-${id}`;
