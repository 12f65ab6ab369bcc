import { type Runbook, restoresOf, targetIn } from '../../domain/infra/runbook.ts';
import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a person pauses automation or resets a budget, as Amazon States Language. */
export function brakesMachine(runbooks: readonly Runbook[]): StateMachine {
  return {
    Comment:
      'Sets the brakes: {"action": "pause", "operator": "ana", "reason": "exchange test"}, with "phase" for one phase only, and "version" to block one. The actions are pause, unpause, arm, freeze, unfreeze, block, unblock, and withdraw, which takes a wrong record of a deployment back.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Set the brakes',
    States: {
      'Set the brakes': invokeState({
        comment:
          'While automation is paused, alarms ask a permit. A freeze stops deployments, and no rollback. No rollback restores a blocked version.',
        function: 'SetTheBrakes',
        payload: {
          execution: { id: thisExecution.id, input: thisExecution.input },
          targets: runbooks.flatMap((runbook) => targetIn(runbook.phase, runbook.target.version, restoresOf(runbook))),
        },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('BrakesRefused', 'Brakes refused'),
        next: 'Brakes set',
      }),
      'Brakes set': succeedState('The next decision obeys them. Runbook: docs/runbook.md#brakes-set'),
      'Brakes refused': failState('BrakesRefused', 'brakes-refused', 'Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}
