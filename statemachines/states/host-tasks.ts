import { checks, documentId, hostParameters } from '../../config/host-document.ts';
import type { Mode } from '../../domain/decision/rollback-request.ts';
import { type Runbook, type RunbookStep, stepId } from '../../domain/infra/runbook.ts';
import { attemptSeconds, retries } from '../../domain/plan/attempt-time.ts';
import { caughtInState, expression, invokeState, passing, type Retrier, type Task } from '../asl.ts';
import { catchAll } from './failed-task.ts';

/** Waiting for hosts is cut into invocations of at most 5 minutes, the functions' own timeout; this is one and a margin. */
export const hostTaskTimeoutSeconds = 330;

/** Resumes waiting where the last invocation stopped. 5 minutes an invocation, so 50 outlast any step a runbook may set. */
export const stillRunning: Retrier = {
  ErrorEquals: ['StillRunning'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 50,
};

/** Runs a failed step again; each try goes only to the hosts that have not done the step. */
const afterFailure = (step: RunbookStep): Retrier => ({
  ErrorEquals: ['StepFailed'],
  IntervalSeconds: retries(step).secondsApart,
  BackoffRate: 1,
  MaxAttempts: retries(step).most,
});

/**
 * Once hosts are touched, giving up leaves them half rolled back; so what acts on them outlasts an outage of two minutes:
 * twelve tries, two minutes on average and four and a half at the most, of a CRITICAL rollback's fifteen.
 */
export const passingOnHosts: Retrier = { ...passing, MaxAttempts: 12 };

export const hostStepState = (runbook: Runbook, step: RunbookStep, next: string): Task =>
  invokeState({
    comment: `${step.stage === 'immediate' ? 'Immediate action' : 'Recovery step'}: ${flipping(step)}${step.script} on every host${inWaves(step)}.`,
    function: step.flags ? 'FlipFlag' : 'RunOnHosts',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      step: {
        ...hostCommand(runbook, {
          id: stepId(step.name),
          kind: 'step',
          name: step.name,
          timeout: step.timeout,
          ...hostParameters(step),
        }),
        ...(step.waves ? { waves: step.waves } : {}),
      },
      ...(step.flags ? { flags: step.flags } : {}),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning, afterFailure(step)],
    passing: passingOnHosts,
    catch: [catchAll],
    next,
  });

const inWaves = ({ waves }: RunbookStep) => (waves ? `, ${waves.canary} first, then ${waves.size} at a time` : '');

/** "flag testing_mode to production, flag ab_testing off, then " */
function flipping({ flags = {} }: RunbookStep): string {
  const words = { true: 'on', false: 'off' } as const;
  return Object.entries(flags)
    .map(([flag, value]) => `flag ${flag} ${typeof value === 'string' ? `to ${value}` : words[`${value}`]}, `)
    .join('')
    .replace(/ $/, ' then ');
}

export const confirmRecoveryState = (runbook: Runbook): Task => {
  const [version, health] = checks(runbook);
  return invokeState({
    comment: 'Looks at versions, health, the alarm and its metric until all were good several times in a row.',
    function: 'ConfirmRecovery',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      steps: runbook.steps.map(({ name }) => stepId(name)),
      target_version: runbook.target.version,
      version:
        version &&
        hostCommand(runbook, { id: 'confirm-recovery', name: 'Confirm recovery', kind: 'check', ...version }),
      health: health
        ? hostCommand(runbook, { id: 'confirm-health', name: 'Confirm health', kind: 'check', ...health })
        : null,
    },
    assign: {
      verdict: expression('$states.result.Payload.verdict'),
      problem: expression('$states.result.Payload.problem'),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning],
    passing: passingOnHosts,
    catch: [catchAll],
    next: 'Did every host recover?',
  });
};

/** What of all runbooks this one's plan is made from; of the others no steps. */
export const plannedRunbooks = (runbook: Runbook, runbooks: readonly Runbook[]) =>
  runbooks.map(({ phase, name, target, steps }) => ({
    phase,
    name,
    target: { version: target.version, paths: target.paths },
    steps: phase === runbook.phase ? steps.map(({ name, timeout, flags }) => ({ name, timeout, flags })) : [],
  }));

/** Asks every host what each step would do there, a command a step, and which version it is at. */
export const planTheRollbackState = (runbook: Runbook, runbooks: readonly Runbook[]): Task => {
  const asked = { kind: 'check', mode: 'plan' } as const;
  const [version] = checks(runbook);
  return invokeState({
    comment: 'Asks every host what each step would do there, and writes the plan. Nothing is changed, nobody is told.',
    function: 'PlanTheRollback',
    payload: {
      rollback: expression('$rollback'),
      phase: runbook.phase,
      runbooks: plannedRunbooks(runbook, runbooks),
      steps: runbook.steps.map((step) => ({
        script: step.script,
        ...hostCommand(runbook, {
          id: stepId(step.name),
          name: step.name,
          timeout: step.timeout,
          ...hostParameters(step),
          ...asked,
        }),
      })),
      version: version && hostCommand(runbook, { id: 'version-now', name: 'Version now', ...version, ...asked }),
    },
    assign: { problem: null },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning],
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Not planned' }],
    next: 'Planned',
  });
};

/** A step or check as the hosts get it: document, how long, and every parameter that is known before the rollback. */
export const hostCommand = (
  { target }: Runbook,
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
    kind: 'step' | 'check';
    script: string;
    timeout: number;
    parameters: Readonly<Record<string, string>>;
    mode?: Mode;
  },
) => ({
  id,
  name,
  document: documentName(documentId(script)),
  timeout_seconds: timeout,
  attempt_seconds: attemptSeconds(timeout),
  parameters: given({
    Step: id,
    Kind: kind,
    Mode: mode,
    Tree: '${Tree}',
    State: '${State}',
    Target: target.version,
    Redis: '${Redis}',
    Paths: target.paths.join(' '),
    Copies: target.copies.map(({ from, to }) => `${from}>${to}`).join(' '),
    ...parameters,
  }),
});

/** Without those that are empty: a document's parameters that may be, are so by themselves. */
const given = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));

export const documentName = (id: string) => `rollback-\${Environment}-${id}`;
