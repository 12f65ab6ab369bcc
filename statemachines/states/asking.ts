import type { Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { expression, invokeState, type Task } from '../asl.ts';
import { catchAll } from './failed-task.ts';
import { plannedRunbooks } from './host-tasks.ts';

/** What the files say of whether a rollback begins. */
export const policyOf = ({ rollback_safe, approvers, steps }: Runbook, { triggers }: Triggers) => ({
  rollback_safe,
  approvers,
  steps: steps.map(({ name, timeout }) => ({ name, timeout })),
  triggers: Object.fromEntries(
    Object.entries(triggers).map(([name, { severity, when_blind, trust, impact }]) => [
      name,
      { severity, when_blind, trust, ...(impact ? { impact } : {}) },
    ]),
  ),
});

/** Up to the question's deadline, which is an instant; a second more, so that it is over for every clock that is asked. */
const untilTheDeadline = expression(
  '$max([60, $ceil(($toMillis($question.deadline) - $toMillis($states.context.State.EnteredTime)) / 1000) + 1])',
);

/**
 * Asks people and waits. The token only wakes the machine: what was decided is read from the state table, after an answer
 * as after the deadline.
 */
export const askAPersonState = (runbook: Runbook, runbooks: readonly Runbook[], template: string): Task => ({
  ...invokeState({
    comment: 'Asks by message, and waits for an answer or for the deadline. Answer with the state machine decide.',
    function: 'AskAPerson',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      token: expression('$states.context.Task.Token'),
      template,
      runbooks: plannedRunbooks(runbook, runbooks),
    },
    timeoutSeconds: untilTheDeadline,
    catch: [{ ErrorEquals: ['States.Timeout'], Assign: { problem: null }, Next: 'Read the decision' }, catchAll],
    next: 'Read the decision',
  }),
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Output: expression('$states.result'),
});

/** What people decided, or what follows where nobody did. */
export const readTheDecisionState = (runbook: Runbook, triggers: Triggers): Task =>
  invokeState({
    comment: 'Reads what was decided. Nobody by the deadline: writes that, and looks again at the alarm.',
    function: 'ReadTheDecision',
    payload: {
      rollback: expression('$rollback'),
      question: { number: expression('$question.number') },
      policy: policyOf(runbook, triggers),
    },
    assign: {
      decision: expression('$states.result.Payload.decision'),
      rollback: expression('$states.result.Payload.rollback'),
      question: expression('$states.result.Payload.question'),
      problem: expression('$states.result.Payload.problem'),
    },
    timeoutSeconds: 60,
    catch: [catchAll],
    next: 'Is there anything to do?',
  });
