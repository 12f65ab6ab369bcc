import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a person answers an open question, as Amazon States Language. */
export function decideMachine(): StateMachine {
  return {
    Comment:
      'Answers an open question: {"answer": "rollback", "operator": "ana"}. If several are open, add "rollback" with the id. A hand-over needs "question" with its number.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Take the answer',
    States: {
      'Take the answer': invokeState({
        comment: 'Stores the answer if the question is open and accepts it, and wakes the waiting rollback.',
        function: 'TakeTheAnswer',
        payload: { execution: { id: thisExecution.id, input: thisExecution.input } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('AnswerRefused', 'Answer refused'),
        next: 'Answered',
      }),
      Answered: succeedState(
        'The output contains the current state of the question. Runbook: docs/runbook.md#answered',
      ),
      'Answer refused': failState('AnswerRefused', 'answer-refused', 'Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}
