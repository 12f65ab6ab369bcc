import { caughtSentence, expression, failState, invokeState, type StateMachine, succeedState } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

const despiteFreeze = 'Deployed despite freeze';

/** Returns the state machine by which a pipeline records a deployment, as Amazon States Language. */
export function recordDeploymentMachine(): StateMachine {
  return {
    Comment: 'Records a deployment: {"phase": 1, "version": "v1.4.0"}. A rollback treats later rows as corrupt.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Record the deployment',
    States: {
      'Record the deployment': invokeState({
        comment: 'Stores version and time. Repeating it is harmless: a deployment is stored once.',
        function: 'RecordDeployment',
        payload: { input: expression('$states.input'), started_at: expression('$states.context.Execution.StartTime') },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: [
          { ErrorEquals: ['DeployedDespiteFreeze'], Assign: { problem: caughtSentence }, Next: despiteFreeze },
          ...refusedOrFailed('InvalidInput', 'Input refused'),
        ],
        next: 'Recorded',
      }),
      Recorded: succeedState('The next rollback of this phase uses the deployment. Runbook: docs/runbook.md#recorded'),
      'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was recorded.'),
      [despiteFreeze]: failState(
        'DeployedDespiteFreeze',
        'deployed-despite-freeze',
        'The deployment is recorded, and its alarm calls people.',
      ),
      ...failedUnexpectedly,
    },
  };
}
