import { type Runbook, restoresOf, targetIn } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { type Catcher, type Choice, caught, expression, invokeState, type Task } from '../asl.ts';
import { catchAll, failed } from './failed-task.ts';
import { plannedRunbooks } from './host-tasks.ts';

/** Returns the parts of the files in infra/ that decide whether a rollback begins. */
export const policyOf = (
  { phase, rollback_safe, approvers, target, steps }: Runbook,
  { triggers }: Triggers,
  forbidden: readonly string[] = [],
) => ({
  rollback_safe,
  approvers,
  targets: targetIn(phase, target.version, restoresOf({ target, steps })),
  steps: steps.map(({ name, timeout, flags }) => ({ name, timeout, ...(flags ? { flags } : {}) })),
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

/**
 * Asks people, and waits for an answer or the deadline. The token only wakes the machine: in both cases the next state
 * reads the decision from the state table.
 */
export const askAPersonState = (
  runbook: Runbook,
  runbooks: readonly Runbook[],
  templates: { readonly question: string; readonly hand_over: string },
): Task => ({
  ...invokeState({
    comment: 'Sends the question, and waits for an answer or the deadline. Answer with the state machine decide.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      token: expression('$states.context.Task.Token'),
      templates,
      runbooks: plannedRunbooks(runbook, runbooks),
    },
    timeoutSeconds: untilTheDeadline,
    catch: [{ ErrorEquals: ['States.Timeout'], Assign: { problem: null }, Next: 'Read the decision' }, ...catchAll],
    next: 'Read the decision',
  }),
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Output: expression('$states.result'),
});

/** Reads the decision of people, or what follows if nobody decided. */
export const readTheDecisionState = (policy: Policy): Task =>
  invokeState({
    comment: 'Reads the decision. If nobody answered by the deadline, records that and checks the alarm again.',
    function: 'ReadTheDecision',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      policy,
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
export const handOverState = ({ approvers }: Runbook): Task =>
  invokeState({
    comment: 'A step failed after its retries, or recovery was not confirmed: an operator decides what happens next.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      stopped: expression('$stopped'),
      at: expression('$states.context.State.EnteredTime'),
      problem: expression('$string($problem)'),
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
    ? { ...one, Assign: { problem: expression(`$string($problem) & ' Nobody could be asked: ' & ${caught}`) } }
    : one,
);

export const resumeWhere = 'Resume where?';

/** Goes on after a hand-over: at the state that the decision names. `stateAt` returns where a step begins. */
export const resumeWhereState = ({ steps }: Runbook, stateAt: (step: number) => string): Choice => {
  const at = (comment: string, state: string, next: string) => ({
    Comment: comment,
    Condition: expression(`$resume = '${state}'`),
    Next: next,
  });
  return {
    Type: 'Choice',
    Comment: 'An operator decided where the rollback goes on.',
    Choices: [
      ...steps.map(({ name }, i) => at(`step ${i + 1}`, name, stateAt(i))),
      at('checks', 'Confirm recovery', 'Confirm recovery'),
    ],
    Default: failed,
  };
};
