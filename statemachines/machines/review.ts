import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a second person reviews an automatic rollback, as Amazon States Language. */
export function reviewMachine(): StateMachine {
  return {
    Comment:
      'Reviews a CRITICAL rollback that acted by itself: {"rollback": "ID", "operator": "ana", "verdict": "right", "reason": "rows were corrupt"}. The verdict is right or wrong.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Review the rollback',
    States: {
      'Review the rollback': invokeState({
        comment: 'Adds the verdict to the history of the rollback, seals it again, and ends the reminders.',
        function: 'ReviewTheRollback',
        payload: { execution: { id: thisExecution.id, input: thisExecution.input } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('ReviewRefused', 'Review refused'),
        next: 'Reviewed',
      }),
      Reviewed: succeedState('The record shows the verdict. Runbook: docs/runbook.md#reviewed'),
      'Review refused': failState('ReviewRefused', 'review-refused', 'Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}
