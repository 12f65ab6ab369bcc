import { caughtSentence, failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';

/** The state machine with which a person answers an open question, as Amazon States Language. */
export function decideMachine(): StateMachine {
  return {
    Comment:
      'Answers an open question: {"answer": "rollback", "operator": "ana"}, and where several are open "rollback".',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Take the answer',
    States: {
      'Take the answer': invokeState({
        comment: 'Writes the answer if the question is open and takes it, and wakes the rollback that waits for it.',
        function: 'TakeTheAnswer',
        payload: { execution: { id: thisExecution.id, input: thisExecution.input } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtSentence }, Next: 'Answer refused' }],
        next: 'Answered',
      }),
      Answered: succeedState('The output says how the question stands now. Runbook: docs/runbook.md#answered'),
      'Answer refused': failState('AnswerRefused', 'answer-refused', 'Nothing was changed.'),
    },
  };
}
