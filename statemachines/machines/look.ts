import type { HostDocument } from '../../config/host-document.ts';
import { checks, compareScript, documentId, verifications } from '../../config/host-document.ts';
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
  const comparing = documents
    .filter(({ id }) => id === documentId(compareScript.script))
    .map(({ id, sha256 }) => ({ name: documentName(id), sha256 }));
  return {
    Comment:
      'Runs the customer\'s check on every host: {"check": "health"} or {"check": "verify", "phase": 1}. Or reads all files: {"check": "files"}. Or loads them: {"check": "load", "phase": 1}.',
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
          checks: { ...byKind, files: fileChecks(runbooks), load: loadTests(runbooks) },
          documents: [...reviewed, ...comparing],
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

/** Seconds for which a host may read all its files: it does so at the lowest priority. */
const fileSeconds = 900;

/** Returns the check that reads all tracked files. It is the same for every phase, so that of the first runbook is enough. */
const fileChecks = (runbooks: readonly Runbook[]) =>
  ofPhases(
    runbooks.slice(0, 1),
    () => [{ script: compareScript.script, timeout: fileSeconds, parameters: { Full: 'yes' } }],
    { id: 'look-files', name: 'Read all files' },
  );

/** Seconds that a load test may take on a host. */
const loadSeconds = 1800;

/** Returns the customer's load test, which each environment names for itself. It reports as a verification does. */
const loadTests = (runbooks: readonly Runbook[]) =>
  ofPhases(
    runbooks,
    ({ phase }) => [
      {
        script: 'verify-rollback.py',
        timeout: loadSeconds,
        parameters: { Script: '${LoadScript}', Arguments: `\${LoadArguments} --phase ${phase}` },
      },
    ],
    { id: 'look-load', name: 'Test under load' },
  );
