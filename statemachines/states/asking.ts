import type { Runbook, RunbookStep } from '../../domain/infra/runbook.ts';
import { isRestoring, isResuming, restoresOf, targetIn } from '../../domain/infra/runbook-steps.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { type Catcher, type Choice, caught, expression, invokeState, keptProblem, type Task } from '../asl.ts';
import { catchAll, failed } from './failed-task.ts';
import { confirmRecovery } from './host-tasks.ts';
import type { plannedRunbooks } from './plan-and-drill.ts';

/** Returns the parts of the files in infra/ that decide whether a rollback begins. */
export const policyOf = (
  { phase, rollback_safe, approvers, target, steps }: Runbook,
  { triggers }: Triggers,
  forbidden: readonly string[] = [],
) => ({
  rollback_safe,
  approvers,
  targets: targetIn(phase, target.version, restoresOf({ target, steps })),
  steps: steps.map(({ name, timeout, flags, script }) => ({
    ...{ name, timeout },
    ...(flags ? { flags } : {}),
    ...(isResuming({ script }) ? { resumes: true } : {}),
  })),
  triggers: Object.fromEntries(
    Object.entries(triggers).map(([name, { severity, when_blind, trust, impact }]) => [
      name,
      { severity, when_blind, trust, ...(impact ? { impact } : {}) },
    ]),
  ),
  ...(forbidden.length > 0 ? { forbidden } : {}),
});
export type Policy = ReturnType<typeof policyOf>;

/** The seconds until the question's deadline, plus one, so that the deadline has passed for every clock. At least 60. */
const untilTheDeadline = expression(
  '$max([60, $ceil(($toMillis($question.deadline) - $toMillis($states.context.State.EnteredTime)) / 1000) + 1])',
);

/** The texts of the questions, and the runbooks of which a question before the rollback plans one. */
type Asked = {
  /** `question`: absent if the machine asks nothing before it acts. */
  readonly templates: { readonly question?: string; readonly hand_over: string };
  readonly runbooks: ReturnType<typeof plannedRunbooks>;
};

/**
 * Asks people, and waits for an answer or the deadline. The token only wakes the machine: in both cases the next state
 * reads the decision from the state table.
 */
export const askAPersonState = (asked: Asked): Task => ({
  ...invokeState({
    comment: 'Sends the question, and waits for an answer or the deadline. Answer with the state machine decide.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      token: expression('$states.context.Task.Token'),
      ...asked,
    },
    timeoutSeconds: untilTheDeadline,
    catch: [{ ErrorEquals: ['States.Timeout'], Assign: { problem: null }, Next: 'Read the decision' }, ...catchAll],
    next: 'Read the decision',
  }),
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Output: expression('$states.result'),
});

/**
 * Reads the decision of people, or what follows if nobody decided. `steps`: those of a machine that asks nothing before it acts,
 * in their order.
 */
export const readTheDecisionState = (by: { readonly policy: Policy } | { readonly steps: readonly string[] }): Task =>
  invokeState({
    comment: 'Reads the decision. If nobody answered by the deadline, records that and checks the alarm again.',
    function: 'ReadTheDecision',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      ...by,
    },
    assign: {
      decision: expression('$states.result.Payload.decision'),
      rollback: expression('$states.result.Payload.rollback'),
      question: expression('$states.result.Payload.question'),
      problem: expression('$states.result.Payload.problem'),
      resume: expression('$states.result.Payload.resume'),
      repeat: expression('$states.result.Payload.repeat'),
    },
    timeoutSeconds: 60,
    catch: catchAll,
    next: 'Is there anything to do?',
  });

/** Stores the question what a rollback does next that stopped in the middle. The next state sends it and waits. */
export const handOverState = (steps: readonly RunbookStep[], approvers: number | string): Task =>
  invokeState({
    comment: 'A step failed after its retries, or recovery was not confirmed: an operator decides what happens next.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      stopped: expression('$stopped'),
      restoring: steps.filter(isRestoring).map(({ name }) => name),
      at: expression('$states.context.State.EnteredTime'),
      problem: expression(keptProblem),
      approvers,
    },
    assign: { question: expression('$states.result.Payload.question') },
    timeoutSeconds: 60,
    catch: stillNeedsAPerson,
    next: 'Ask a person',
  });

/** If nobody can be asked, the rollback ends with the problem that it had, and with the reason why nobody was asked. */
const stillNeedsAPerson: readonly Catcher[] = catchAll.map((one) =>
  one.Next === failed
    ? { ...one, Assign: { problem: expression(`${keptProblem} & ' Nobody could be asked: ' & ${caught}`) } }
    : one,
);

export const resumeWhere = 'Resume where?';

/** A step, and the state with which the machine begins it. */
export type StepState = { readonly name: string; readonly begins: string };

/** Goes on after a hand-over: where the step begins that the decision names, or with the confirmation. */
export const resumeWhereState = (steps: readonly StepState[]): Choice => ({
  Type: 'Choice',
  Comment: 'An operator decided where the rollback goes on.',
  Choices: [
    ...steps.map(({ name, begins }, i) => ({
      Comment: `step ${i + 1}`,
      Condition: expression(`$resume = '${name}'`),
      Next: begins,
    })),
    { Comment: 'checks', Condition: expression(`$resume = '${confirmRecovery}'`), Next: confirmRecovery },
  ],
  Default: failed,
});
