import { type HostDocument, readyScript } from '../../config/host-document.ts';
import type { Infra } from '../../config/infra.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { alsoUndone, readyId } from '../../domain/infra/runbook-steps.ts';
import { pairSteps } from '../../domain/plan/forbidden-pairs.ts';
import {
  caughtInState,
  caughtSentence,
  expression,
  failState,
  invokeState,
  type StateMachine,
  succeedState,
  thisExecution,
} from '../asl.ts';
import { documentName, hostCommand, hostTaskTimeoutSeconds, stillRunning } from '../states/host-tasks.ts';
import { documentsOf } from '../states/opening.ts';
import { failedUnexpectedly } from '../states/persons-request.ts';

type Props = Pick<Infra, 'runbooks' | 'triggers'> & { readonly documents: readonly HostDocument[] };

/** Returns the state machine that checks whether phases can be rolled back, as Amazon States Language. */
export function checkReadinessMachine({ runbooks, triggers, documents }: Props): StateMachine {
  const alarms = Object.entries(triggers.triggers).flatMap(([trigger, one]) =>
    one.alarms.map(({ variant }) => (variant ? `${trigger}-${variant}` : trigger)),
  );
  return {
    Comment:
      'Checks whether phases can be rolled back: {"phase": 1}, or {} for every phase. Takes no lock; may be repeated.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 6 * 3600,
    StartAt: 'Look at readiness',
    States: {
      'Look at readiness': invokeState({
        comment: 'Asks every host and the account, and stores the answers. Changes nothing on a host.',
        function: 'CheckReadiness',
        payload: {
          execution: thisExecution,
          fleet: '${Fleet}',
          phases: runbooks.map((runbook) => ({
            ...phaseToCheck(runbook, documents, alarms),
            also_undone: alsoUndone(runbook, runbooks),
          })),
          documents: documents.map(({ id, sha256 }) => ({ name: documentName(id), sha256 })),
        },
        assign: {
          verdict: expression('$states.result.Payload.state'),
          problem: expression('$states.result.Payload.problem'),
        },
        timeoutSeconds: hostTaskTimeoutSeconds,
        retry: [stillRunning],
        catch: [
          { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
          { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Failed unexpectedly' },
        ],
        next: 'Is everything ready?',
      }),
      'Is everything ready?': {
        Type: 'Choice',
        Comment: 'What is not known is not ready.',
        Choices: [{ Comment: 'yes', Condition: expression("$verdict = 'ready'"), Next: 'Ready' }],
        Default: 'Not ready',
      },
      Ready: succeedState('Every line is ready, with evidence. Runbook: docs/runbook.md#ready'),
      'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was checked.'),
      'Not ready': failState('NotReady', 'not-ready', 'At least one line is not ready. Nothing was changed.'),
      ...failedUnexpectedly,
    },
  };
}

function phaseToCheck(runbook: Runbook, documents: readonly HostDocument[], alarms: readonly string[]) {
  const { phase, target, prepare, forbidden } = runbook;
  const flags = forbidden.map(({ flag, value }) => `${flag}=${value}`);
  return {
    phase,
    command: hostCommand(runbook, {
      id: readyId(phase),
      name: 'Look at readiness',
      kind: 'check',
      mode: 'plan',
      script: readyScript.script,
      timeout: prepare.timeout,
      parameters: {
        Databases: prepare.databases.join(' '),
        ...(flags.length > 0 ? { Flags: flags.join(' '), FlagFolder: '${FlagFolder}' } : {}),
      },
    }),
    target: target.paths.length > 0 ? target.version : null,
    forbidden,
    steps: forbidden.length > 0 ? pairSteps(runbook) : [],
    documents: documentsOf(runbook, documents),
    alarms,
  };
}
