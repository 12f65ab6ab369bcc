import type { HostDocument } from '../../config/host-document.ts';
import { checks, verifications } from '../../config/host-document.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import {
  caughtInState,
  caughtSentence,
  failState,
  invokeState,
  type StateMachine,
  succeedState,
  thisExecution,
} from '../asl.ts';
import { documentName, hostCommand, hostTaskTimeoutSeconds, stillRunning } from '../states/host-tasks.ts';

type Check = Parameters<typeof hostCommand>[1];

/** The parts of infra/ from which the checks of hosts are made. */
export type Looked = { readonly runbooks: readonly Runbook[]; readonly documents: readonly HostDocument[] };

/** Returns the state machine by which a person checks every host, as Amazon States Language. */
export function lookMachine({ runbooks, documents }: Looked): StateMachine {
  const { checks: byKind, reviewed } = looks({ runbooks, documents });
  return {
    Comment: 'Runs the customer\'s check on every host: {"check": "health"} or {"check": "verify", "phase": 1}.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 3600,
    StartAt: 'Look at the hosts',
    States: {
      'Look at the hosts': invokeState({
        comment:
          'Runs the check on every host, without a lock. Each host is PASS, FAIL or INCONCLUSIVE; no data is never PASS.',
        function: 'LookAtHosts',
        payload: {
          execution: thisExecution,
          fleet: '${Fleet}',
          checks: byKind,
          documents: reviewed,
        },
        assign: { problem: null },
        timeoutSeconds: hostTaskTimeoutSeconds,
        retry: [stillRunning],
        catch: [
          { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
          { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Nothing seen' },
        ],
        next: 'Looked',
      }),
      Looked: succeedState(
        'The output contains the verdict and the number of hosts per verdict. Runbook: docs/runbook.md#looked',
      ),
      'Input refused': failState('InvalidInput', 'input-refused', 'No host was checked.'),
      'Nothing seen': failState('NothingSeen', 'nothing-seen', 'The hosts could not be checked. Nothing was changed.'),
    },
  };
}

/** Returns the customer's checks by kind, and the documents that they need, as look-at-hosts takes them. */
export function looks({ runbooks, documents }: Looked) {
  const health = ofPhases(runbooks, (runbook) => checks(runbook).slice(1), {
    id: 'look-health',
    name: 'Look at health',
  });
  const verify = ofPhases(runbooks, verifications, { id: 'look-verify', name: 'Verify the rollback' });
  const used = new Set([...health, ...verify].map(({ command }) => command.document));
  const reviewed = documents
    .map(({ id, sha256 }) => ({ name: documentName(id), sha256 }))
    .filter(({ name }) => used.has(name));
  return { checks: { health, verify }, reviewed };
}

/**
 * Returns the checks of every phase in the mode plan, in which the wrapper takes no lock and changes nothing on a
 * host.
 */
const ofPhases = (
  runbooks: readonly Runbook[],
  of: (runbook: Runbook) => readonly Pick<Check, 'script' | 'timeout' | 'parameters'>[],
  named: Pick<Check, 'id' | 'name'>,
) =>
  runbooks.flatMap((runbook) =>
    of(runbook).map((one) => ({
      phase: runbook.phase,
      command: hostCommand(runbook, { ...named, ...one, kind: 'check', mode: 'plan' }),
    })),
  );
