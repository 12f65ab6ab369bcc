import { checks, documentId, type HostDocument, holdScript, lookScript } from '../../config/host-document.ts';
import type { Ending } from '../../domain/ending.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { alsoUndone, restoresOf } from '../../domain/infra/runbook-steps.ts';
import {
  type Catcher,
  type Choice,
  caughtInOutage,
  caughtInState,
  caughtSentence,
  expression,
  invokeState,
  type Retrier,
  type Task,
  thisExecution,
  transientErrors,
} from '../asl.ts';
import { type Policy, resumeWhere } from './asking.ts';
import { catchAll, failed, handOver, rollbackOver } from './failed-task.ts';
import { documentName } from './host-tasks.ts';
import { endThePlan } from './plan-and-drill.ts';
import { versionLook } from './version-look.ts';
import { witnessCheck } from './witness-check.ts';

/** Decides whether there is anything to do, freezes the hosts, documents and rows that the rollback acts on, and takes a free fleet. */
export function openRollbackState(
  runbook: Runbook,
  runbooks: readonly Runbook[],
  documents: readonly HostDocument[],
  policy: Policy,
): Task {
  return openingState(
    {
      phase: { number: runbook.phase, name: runbook.name },
      target_version: runbook.target.version,
      also_undone: alsoUndone(runbook, runbooks),
      restores: restoresOf(runbook),
      fleet: '${Fleet}',
      policy,
      documents: documentsOf(runbook, documents),
      ...(restoresOf(runbook).by.length > 0 || runbook.forbidden.length > 0
        ? { looks: [versionLook(runbook, runbooks, runbook.forbidden.length > 0)] }
        : {}),
      ...witnessCheck(runbook, runbooks),
    },
    { phase: runbook.phase },
  );
}

/** Returns the documents that the steps and checks of a runbook need. */
export function documentsOf(runbook: Runbook, documents: readonly HostDocument[]) {
  const used = new Set(
    [...runbook.steps, ...checks(runbook), lookScript, holdScript].map(({ script }) => documentId(script)),
  );
  return documents.filter(({ id }) => used.has(id)).map(({ id, sha256 }) => ({ name: documentName(id), sha256 }));
}

/** Returns the state that opens a rollback. `unopenedPhases`: its phases, for a rollback that cannot be opened. */
export function openingState(payload: Readonly<Record<string, unknown>>, unopenedPhases: UnopenedPhases): Task {
  return invokeState({
    comment:
      'Checks the input, writes the record, freezes the scope of the rollback (hosts, documents, row window), and takes the fleet if it is free.',
    function: 'OpenRollback',
    payload: {
      execution: thisExecution,
      ...payload,
    },
    // Assigns every variable, so that each exists in every later expression.
    assign: {
      decision: expression('$states.result.Payload.decision'),
      rollback: expression('$states.result.Payload.rollback'),
      fence: expression('$states.result.Payload.fence'),
      verdict: 'INCONCLUSIVE',
      question: expression('$states.result.Payload.question'),
      problem: expression('$states.result.Payload.problem'),
      unsent: null,
      reopens: false,
      drill: null,
      ...notStopped,
    },
    timeoutSeconds: 60,
    retry: [whileItDecides, whileHandedOver],
    transientErrors: transientErrorsAtOpening,
    catch: [
      { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
      rollbackOver,
      { ErrorEquals: transientErrors.ErrorEquals, ...cannotBeOpened(unopenedPhases, true) },
      { ErrorEquals: ['States.ALL'], ...cannotBeOpened(unopenedPhases, false) },
    ],
    next: 'Is there anything to do?',
  });
}

/** The variables of a hand-over, before there is one. */
const notStopped = { stopped: null, resume: null, repeat: null };

/**
 * Ends a rollback that cannot be opened: a person is paged. If a plan cannot be made, nobody is notified; a drill ends as failed.
 *
 * `outage`: its cause was an error that passes. Closing then leaves the alarm to Reconcile, which starts another rollback
 * every minute while the alarm is red. Every other error needs a person first.
 */
const cannotBeOpened = (phases: UnopenedPhases, outage: boolean): Omit<Catcher, 'ErrorEquals'> => ({
  Assign: {
    decision: expression(
      `$states.input.mode = 'plan' ? 'not planned' : $states.input.mode = 'simulate' ? 'drill' : 'not opened'`,
    ),
    drill: null,
    problem: outage ? caughtInOutage : caughtInState,
    rollback: unopened(phases),
    question: null,
    fence: 0,
    verdict: 'INCONCLUSIVE',
    unsent: null,
    reopens: outage,
    ...notStopped,
  },
  Next: 'Is there anything to do?',
});

/**
 * Retries transient errors of the opening for as long as an outage of some minutes, because nothing is rolled back if a
 * rollback cannot be opened.
 *
 * Twenty retries take 4 minutes on average (half of 2 + 4 + 8 + 16 + 16 * 30 s) and at most 8.5. The rollback itself still
 * fits into the fifteen of a CRITICAL one.
 */
const transientErrorsAtOpening: Retrier = { ...transientErrors, MaxAttempts: 20 };

/** `next`: the state after the fleet is taken. */
export const anythingToDoState = (next: string): Choice => ({
  Type: 'Choice',
  Comment: 'Every alarm has a visible execution, even if there is nothing to do.',
  Choices: [
    { Comment: 'yes', Condition: expression(`$decision = 'act' and $fence > 0`), Next: next },
    { Comment: 'people decide', Condition: expression(`$decision = 'ask'`), Next: 'Ask a person' },
    { Comment: 'resume', Condition: expression(`$decision = 'resume'`), Next: resumeWhere },
    { Comment: 'ask again', Condition: expression(`$decision = 'hand over'`), Next: handOver },
    { Comment: 'plan only', Condition: expression(`$decision = 'plan'`), Next: 'Plan the rollback' },
    { Comment: 'drill', Condition: expression(`$decision = 'drill'`), Next: 'Hold the drill' },
    { Comment: 'busy', Condition: expression(`$decision = 'act'`), Next: 'Take the fleet' },
    endsAs('Joined the active rollback', 'running'),
    endsAs('Already handled', 'handled'),
    endsAs('Stale alarm ignored', 'green again'),
    endsAs('Market not open', 'closed'),
    endsAs('Stood down', 'not needed', 'Send stood down'),
    endsAs('Fix forward', 'fix forward', 'Send fix forward'),
    endsAs('Deferred to next release', 'severity LOW', 'Send deferred to next release'),
    endsAs('Observed only', 'observe only', 'Send observed only'),
    { Comment: 'plan failed', Condition: expression(`$decision = 'not planned'`), Next: endThePlan },
  ],
  Default: failed,
});

const endsAs = (ending: Ending, comment: string, next: string = ending) => ({
  Comment: comment,
  Condition: expression(`$decision = '${ending}'`),
  Next: next,
});

/** The fields of a rollback that Close rollback needs, for a rollback whose opening failed half way. */
type UnopenedPhases = { readonly phase: number | string; readonly phases?: string };
const unopened = (phases: UnopenedPhases) => ({
  id: expression('$states.context.Execution.Name'),
  execution_arn: expression('$states.context.Execution.Id'),
  ...phases,
  fleet: '${Fleet}',
});

/**
 * Waits for the phase's live rollback, which decides within two seconds whether it acts. This one then joins it or
 * gets the phase.
 */
const whileItDecides: Retrier = { ErrorEquals: ['StillDeciding'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 60 };

/**
 * A person's start waits every 5 to 30 s while the phase's live rollback asks an operator. The function gives up at the start's
 * own limit, so the number of retries must only be large enough to last until then.
 */
const whileHandedOver: Retrier = {
  ErrorEquals: ['HandedOver'],
  IntervalSeconds: 5,
  BackoffRate: 1.5,
  MaxDelaySeconds: 30,
  MaxAttempts: 999,
};

/**
 * Retries every 5 to 30 s while another rollback holds the fleet or comes first in the queue. The function gives up at the rollback's deadline, so the
 * number of retries must only be large enough to last until then.
 */
const whileBusy: Retrier = {
  ErrorEquals: ['FleetBusy'],
  IntervalSeconds: 5,
  BackoffRate: 1.5,
  MaxDelaySeconds: 30,
  MaxAttempts: 999,
};

/** Frees the fleet for rollbacks of other phases, and takes it again once they have done their own parts. */
export const letOthersActState = (next: string): Task =>
  invokeState({
    comment:
      'If rollbacks of other phases wait, lets them do their own parts first: the next steps concern the whole host.',
    function: 'TakeTheFleet',
    payload: { rollback: expression('$rollback'), fence: expression('$fence') },
    assign: { fence: expression('$states.result.Payload.fence') },
    timeoutSeconds: 60,
    retry: [whileBusy],
    catch: catchAll,
    next,
  });

export const takeTheFleetState = (next: string): Task =>
  invokeState({
    comment: "Takes the fleet's lock, and waits while another rollback holds it. Phases share hosts and one git tree.",
    function: 'TakeTheFleet',
    payload: { rollback: expression('$rollback'), again: expression('$states.context.State.RetryCount > 0') },
    assign: { fence: expression('$states.result.Payload.fence') },
    timeoutSeconds: 60,
    retry: [whileBusy],
    catch: [{ ErrorEquals: ['NotNeeded'], Assign: { problem: null }, Next: 'Send stood down' }, ...catchAll],
    next,
  });
