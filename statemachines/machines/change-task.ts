import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which people work on the tasks of a follow-up, as Amazon States Language. */
export function changeTaskMachine(): StateMachine {
  return {
    Comment:
      'Completes a task after a rollback: {"rollback": "ID", "operator": "ana", "action": "complete", "task": 1, "note": "a memory leak"}. Also assign, add, accept.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Record the change',
    States: {
      'Record the change': invokeState({
        comment: 'Adds the change to the history of the rollback and seals it again.',
        function: 'ChangeTheTask',
        payload: { execution: { id: thisExecution.id, input: thisExecution.input } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('TaskRefused', 'Change refused'),
        next: 'Change recorded',
      }),
      'Change recorded': succeedState('The output has every task. Runbook: docs/runbook.md#change-recorded'),
      'Change refused': failState('TaskRefused', 'task-refused', 'Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}
