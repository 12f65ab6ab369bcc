import { documentId, type HostDocument, prepareScript } from '../../config/host-document.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import {
  type Catcher,
  caughtInState,
  caughtSentence,
  failState,
  invokeState,
  type StateMachine,
  succeedState,
  thisExecution,
} from '../asl.ts';
import { documentName, hostCommand, hostTaskTimeoutSeconds, stillRunning } from '../states/host-tasks.ts';

/** Returns the state machine that prepares every host for a deployment, as Amazon States Language. */
export function prepareDeploymentMachine({
  runbooks,
  documents,
}: {
  readonly runbooks: readonly Runbook[];
  readonly documents: readonly HostDocument[];
}): StateMachine {
  const request = {
    execution: thisExecution,
    fleet: '${Fleet}',
    commands: runbooks.map((runbook) => ({ phase: runbook.phase, command: preparing(runbook) })),
    documents: documents
      .filter(({ id }) => id === documentId(prepareScript.script))
      .map(({ id, sha256 }) => ({ name: documentName(id), sha256 })),
  };
  const part = (name: 'agree' | 'copy', comment: string, next: string) =>
    invokeState({
      comment,
      function: 'PrepareTheHosts',
      // The first state's output is not the second one's input: both read what the machine was started with.
      payload: { part: name, ...request, execution: { ...thisExecution, input: startedWith } },
      assign: { problem: null },
      timeoutSeconds: hostTaskTimeoutSeconds,
      retry: [stillRunning],
      catch: name === 'agree' ? [inputRefused, ...notPrepared] : notPrepared,
      next,
    });
  return {
    Comment: 'Prepares every host for a deployment: {"phase": 1, "version": "v1.5.0"}. Takes no lock; may be repeated.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 6 * 3600,
    StartAt: 'Agree on one commit',
    States: {
      'Agree on one commit': part(
        'agree',
        'Asks every host for its commit, and registers the one that all are at. Changes no host.',
        'Tag and copy on every host',
      ),
      'Tag and copy on every host': part(
        'copy',
        'Tags the commit, copies databases and configuration, and records their hashes. Stops if a rollback begins.',
        'Prepared',
      ),
      Prepared: succeedState(
        'Every host has the tag and copies that open. The deployment may begin. Runbook: docs/runbook.md#prepared',
      ),
      'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was prepared.'),
      'Not prepared': failState(
        'NotPrepared',
        'not-prepared',
        'At least one host is not prepared. Hosts that are stay so, and a repeat does the rest.',
      ),
    },
  };
}

const startedWith = '{% $states.context.Execution.Input %}';

const inputRefused: Catcher = {
  ErrorEquals: ['InvalidInput'],
  Assign: { problem: caughtSentence },
  Next: 'Input refused',
};
const notPrepared: readonly Catcher[] = [
  { ErrorEquals: ['NotPrepared'], Assign: { problem: caughtSentence }, Next: 'Not prepared' },
  { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Not prepared' },
];

/** The command that prepares a host. The function adds what is known only then: the tag and the folder of the copies. */
const preparing = (runbook: Runbook) =>
  hostCommand(runbook, {
    id: 'prepare',
    name: 'Prepare the host',
    kind: 'beside',
    script: prepareScript.script,
    timeout: runbook.prepare.timeout,
    parameters: {
      Databases: runbook.prepare.databases.join(' '),
      Configuration: runbook.prepare.configuration.join(' '),
    },
  });
