import { checks, hostParameters } from '../../config/host-document.ts';
import { contentHash } from '../../domain/content-hash.ts';
import type { Part } from '../../domain/infra/part.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { caughtInState, expression, invokeState, type Task } from '../asl.ts';
import { hostCommand, hostTaskTimeoutSeconds, stillRunning } from './host-tasks.ts';

/** Returns the parts of all runbooks that the plan of one needs. Only that one has its steps. */
export const plannedRunbooks = (runbook: Runbook, runbooks: readonly Runbook[]) =>
  runbooks.map(({ phase, name, target, steps }) => ({
    phase,
    name,
    target: { version: target.version, paths: target.paths },
    steps: phase === runbook.phase ? steps.map(({ name, timeout, flags }) => ({ name, timeout, flags })) : [],
  }));

/** Asks every host what each step would do there, by one command per step, and which version the host runs. */
export const planTheRollbackState = (runbook: Runbook, runbooks: readonly Runbook[]): Task =>
  planningState({
    phase: runbook.phase,
    runbooks: plannedRunbooks(runbook, runbooks),
    ...planCommands(runbook, 'version-now'),
  });

/** Returns the commands that ask a host what each step of a runbook would do there, and which version it runs. */
export const planCommands = (runbook: Runbook | Part, versionId: string) => {
  const planOnly = { kind: 'check', mode: 'plan' } as const;
  const [version] = checks(runbook);
  return {
    steps: runbook.steps.map((step) => ({
      script: step.script,
      ...hostCommand(runbook, {
        id: stepId(step.name),
        name: step.name,
        timeout: step.timeout,
        ...hostParameters(step),
        ...planOnly,
      }),
    })),
    version: version && hostCommand(runbook, { id: versionId, name: 'Version now', ...version, ...planOnly }),
  };
};

/** Returns the state that makes a plan. `planned`: the runbooks, and the commands that ask the hosts. */
export const planningState = (planned: Readonly<Record<string, unknown>>): Task =>
  invokeState({
    comment: 'Asks every host what each step would do there, and writes the plan. Changes nothing and notifies nobody.',
    function: 'PlanTheRollback',
    payload: { rollback: expression('$rollback'), ...planned },
    assign: { problem: null },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [stillRunning],
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: endThePlan }],
    next: 'Planned',
  });

export const endThePlan = 'Close as not planned';

/** Ends a plan that could not be made. If that fails too, Reconcile ends it; the execution's cause stays why there is no plan. */
export const endThePlanState = (): Task =>
  invokeState({
    comment: 'The plan could not be made: writes that as its ending.',
    function: 'PlanTheRollback',
    payload: { rollback: expression('$rollback'), not_planned: expression('$string($problem)') },
    timeoutSeconds: hostTaskTimeoutSeconds, // longer than the function, so that its error arrives
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: expression('$problem') }, Next: 'Not planned' }],
    next: 'Not planned',
  });

/**
 * Asks every host the same as a plan does, and judges the reports. `documents`: those of the phase, with their hashes.
 *
 * The customer's health check is not run: it is the customer's code, which may write on the host.
 */
export const holdTheDrillState = (
  runbook: Runbook,
  runbooks: readonly Runbook[],
  documents: readonly { readonly name: string; readonly sha256: string }[],
): Task => {
  const plan = planTheRollbackState(runbook, runbooks);
  return {
    ...plan,
    Comment:
      'DRILL. Asks every host what each step would do there, and judges it. Changes nothing, and yields to a real rollback.',
    Arguments: withPayload(plan, {
      documents,
      runbook: contentHash(runbook),
      broken: expression('$problem'), // of an opening that failed; else null
    }),
    Assign: {
      drill: expression('$states.result.Payload.ending'),
      problem: expression('$states.result.Payload.problem'),
    },
    Catch: [
      { ErrorEquals: ['States.ALL'], Assign: { drill: 'Drill failed', problem: caughtInState }, Next: endTheDrill },
    ],
    Next: tellOfTheDrill,
  };
};

export const endTheDrill = 'Close as drill failed';
export const tellOfTheDrill = 'Send drill result';

/** Ends a drill that could not be held. If that fails too, people are told all the same. */
export const endTheDrillState = (): Task =>
  invokeState({
    comment: 'DRILL. The drill could not be held: writes that as its ending.',
    function: 'PlanTheRollback',
    payload: { rollback: expression('$rollback'), broken: expression('$string($problem)') },
    assign: {
      drill: expression('$states.result.Payload.ending'),
      problem: expression('$states.result.Payload.problem'),
    },
    timeoutSeconds: hostTaskTimeoutSeconds,
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: tellOfTheDrill }],
    next: tellOfTheDrill,
  });

/** Returns the arguments of a task with more in its payload. */
const withPayload = ({ Arguments }: Task, more: object) => {
  const { Payload, ...others } = Arguments as { readonly Payload: object };
  return { ...others, Payload: { ...Payload, ...more } };
};
