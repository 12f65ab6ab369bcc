import { documentsHash, drillProblems } from '../../domain/drill/drill.ts';
import { endOf } from '../../domain/history/event.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { Rollback } from '../middleware/payload.ts';
import { type DrillResult, type EndDrillDeps, endDrill } from '../operations/end-drill.ts';
import { type RealRollback, type RealRollbackDeps, realRollback } from '../operations/real-rollback.ts';
import { askTheHosts, type PlanRequest, type PlanTheRollbackDeps } from './plan-the-rollback.ts';

export type DrillRequest = PlanRequest & {
  /** The documents that the phase's rollback sends, with the hash of their reviewed contents. */
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
  /** The hash of the phase's runbook. */
  readonly runbook: string;
};
/** A drill that could not be opened, or whose function failed: it only has to be ended. */
export type BrokenDrill = {
  readonly rollback: Pick<Rollback, 'id' | 'phase' | 'execution_arn'>;
  readonly broken: string;
};

export type HoldTheDrillDeps = PlanTheRollbackDeps &
  RealRollbackDeps &
  EndDrillDeps & { readonly statusOf: ExecutionStatus };

/**
 * Holds a drill: asks every host what each step would do there, and judges whether a rollback would end well. Takes no lock,
 * claims nothing and changes neither a host nor a flag.
 *
 * Yields at once to a real rollback of any phase: it looks before each command and at each poll. Calling it again continues, and
 * returns the ending that is stored.
 *
 * StopExecution does not stop this function. It stores no ending for an execution that somebody stopped: Reconcile ends that drill
 * as stopped, and tells people.
 */
export async function holdTheDrill(
  deps: HoldTheDrillDeps,
  request: DrillRequest,
  remainingMilliseconds: () => number,
): Promise<DrillResult> {
  const { rollback, documents, runbook } = request;
  const yielding = { ...deps, runCommand: yieldingCommands(deps, rollback) };
  const judged = await askTheHosts(yielding, request, remainingMilliseconds).catch((error: unknown) => {
    if (error instanceof Interrupted) return error;
    throw error;
  });
  if (judged instanceof Interrupted) await cancelCommands(deps, request);
  if (judged instanceof Yielded) return endDrill(deps, rollback, { ending: 'Drill yielded', problem: judged.message });
  if (judged instanceof Interrupted || (await isStopped(deps, rollback)))
    return { ending: 'Drill stopped', problem: stoppedProblem, chain: endOf(await deps.history.events(rollback.id)) };
  const { scope, detail } = judged;
  const problem = drillProblems(detail, scope.not_online.map(nameWithReason)).join(' ') || null;
  const ending = problem === null ? 'Drill passed' : 'Drill failed';
  const made = { documents: documentsHash(documents), runbook };
  return endDrill(deps, rollback, { ending, problem, report: detail, ...made });
}

/** Ends a drill as failed, because it could not be held. */
export const endBrokenDrill = (deps: HoldTheDrillDeps, { rollback, broken }: BrokenDrill): Promise<DrillResult> =>
  endDrill(deps, rollback, { ending: 'Drill failed', problem: broken });

class Interrupted extends Error {}
class Yielded extends Interrupted {}

/** Whether somebody stopped the execution of the drill. A status that cannot be read stops no drill. */
async function isStopped({ statusOf }: HoldTheDrillDeps, { execution_arn }: Pick<Rollback, 'execution_arn'>) {
  return (await statusOf(execution_arn, undefined).catch(() => 'unknown')) === 'ABORTED';
}

/** Returns Run Command that throws Yielded once a real rollback is open, and Interrupted once the execution was stopped. */
function yieldingCommands(deps: HoldTheDrillDeps, rollback: Rollback): RunCommand {
  const look = async () => {
    const real = await realRollback(deps, rollback.fleet);
    if (real) throw new Yielded(yieldedTo(real));
    if (await isStopped(deps, rollback)) throw new Interrupted(stoppedProblem);
  };
  return {
    ...deps.runCommand,
    send: (input) => deps.runCommand.send(input, look),
    invocations: async (commandId) => {
      await look();
      return deps.runCommand.invocations(commandId);
    },
  };
}

const stoppedProblem = 'The execution of the drill was stopped before the drill had an ending.';
const yieldedTo = ({ rollback, phase }: RealRollback) =>
  `Rollback ${rollback} of phase ${phase} is real and goes first, so the drill stopped.`;

/** Cancels the commands that the drill has sent and that still run. */
async function cancelCommands(
  { attempts, runCommand }: HoldTheDrillDeps,
  { rollback, version, steps }: DrillRequest,
): Promise<void> {
  for (const { id } of [version, ...steps]) {
    const attempt = await attempts.read(rollback.id, id);
    if (attempt?.verdict !== 'running') continue;
    for (const { command_id } of attempt.commands) await runCommand.cancel(command_id);
    await attempts.write(rollback.id, id, { ...attempt, verdict: 'stopped' });
  }
}
