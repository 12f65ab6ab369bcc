import { expression, failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a person releases a fleet that a rollback kept, as Amazon States Language. */
export function releaseMachine(): StateMachine {
  return {
    Comment: 'Releases the fleet after a rollback that needs a person. Input: operator, reason, optionally rollback.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Release the fleet',
    States: {
      'Release the fleet': invokeState({
        comment:
          'Refuses while the holder still runs. Adds operator and reason to the history of the rollback that held the fleet.',
        function: 'ReleaseTheFleet',
        payload: { fleet: '${Fleet}', input: expression('$states.input'), execution: { id: thisExecution.id } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('ReleaseRefused', 'Release refused'),
        next: 'Released',
      }),
      Released: succeedState('The next rollback can take the fleet. Runbook: docs/runbook.md#needs-a-person'),
      'Release refused': failState('ReleaseRefused', 'release-refused', 'The fleet is still held.'),
      ...failedUnexpectedly,
    },
  };
}
