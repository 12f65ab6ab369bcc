import type { Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { expression, invokeState, type Task } from '../asl.ts';
import { catchAll } from './failed-task.ts';
import { plannedRunbooks } from './host-tasks.ts';

/** Returns the parts of the files in infra/ that decide whether a rollback begins. */
export const policyOf = (
  { rollback_safe, approvers, steps }: Runbook,
  { triggers }: Triggers,
  forbidden: readonly string[] = [],
) => ({
  rollback_safe,
  approvers,
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
export const askAPersonState = (runbook: Runbook, runbooks: readonly Runbook[], template: string): Task => ({
  ...invokeState({
    comment: 'Sends the question, and waits for an answer or the deadline. Answer with the state machine decide.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      token: expression('$states.context.Task.Token'),
      template,
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
    },
    timeoutSeconds: 60,
    catch: catchAll,
    next: 'Is there anything to do?',
  });
