import { failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

/** Returns the state machine by which a person annotates an ended rollback, as Amazon States Language. */
export function annotateMachine(): StateMachine {
  return {
    Comment:
      'Adds findings to an ended rollback: {"rollback": "ID", "operator": "ana", "root_cause": "memory leak", "prevention_measures": ["memory alarm"]}. Also note, false_positive, links.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 300,
    StartAt: 'Annotate the rollback',
    States: {
      'Annotate the rollback': invokeState({
        comment: 'Adds the findings to the history of the rollback and seals it again. Earlier annotations stay.',
        function: 'AnnotateTheRollback',
        payload: { execution: { id: thisExecution.id, input: thisExecution.input } },
        assign: { problem: null },
        timeoutSeconds: 60,
        catch: refusedOrFailed('AnnotationRefused', 'Annotation refused'),
        next: 'Annotated',
      }),
      Annotated: succeedState('The record shows the findings. Runbook: docs/runbook.md#annotated'),
      'Annotation refused': failState('AnnotationRefused', 'annotation-refused', 'Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}
