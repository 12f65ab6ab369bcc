import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a person confirms the contacts, as Amazon States Language. */
export function confirmContactsMachine(): StateMachine {
  return {
    Comment: 'Records that a person has checked the contacts: {"operator": "ana"}. Call each of them first.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Confirm the contacts',
    States: {
      'Confirm the contacts': invokeState({
        comment: 'Stores who confirmed them, when, and which they were. Repeating it is harmless.',
        function: 'ConfirmContacts',
        payload: {
          execution: { id: thisExecution.id, start_time: thisExecution.start_time, input: thisExecution.input },
        },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('InvalidInput', 'Input refused'),
        next: 'Contacts confirmed',
      }),
      'Contacts confirmed': succeedState(
        'The next check of readiness counts it. Runbook: docs/runbook.md#contacts-confirmed',
      ),
      'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was confirmed.'),
      ...failedUnexpectedly,
    },
  };
}
