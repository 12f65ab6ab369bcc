import { type DrillEnding, documentsHash, drillProblems, isSlow } from '../../domain/drill/drill.ts';
import { type Chain, endOf, type Happened } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { Rollback } from '../middleware/payload.ts';
import { type RealRollback, type RealRollbackDeps, realRollback } from '../operations/real-rollback.ts';
import type { Drills } from '../stores/drills.ts';
import type { Endings } from '../stores/endings.ts';
import { sealed } from '../stores/seal.ts';
import { askTheHosts, type PlanRequest, type PlanTheRollbackDeps } from './plan-the-rollback.ts';

export type DrillRequest = PlanRequest & {
  /** The documents that the phase's rollback sends, with the hash of their reviewed contents. */
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};
/** A drill that could not be opened, or whose function failed: it only has to be ended. */
export type BrokenDrill = {
  readonly rollback: Pick<Rollback, 'id' | 'phase' | 'execution_arn'>;
  readonly broken: string;
};

export type DrillResult = { readonly ending: DrillEnding; readonly problem: string | null; readonly chain: Chain };

export type HoldTheDrillDeps = PlanTheRollbackDeps &
  RealRollbackDeps & {
    readonly drills: Pick<Drills, 'keep'>;
    readonly endings: Endings;
  };

/**
 * Holds a drill: asks every host what each step would do there, and judges whether a rollback would end well. Takes no lock,
 * claims nothing and changes neither a host nor a flag.
 *
 * Yields at once to a real rollback of any phase: it looks before each command and at each poll. Calling it again continues, and
 * returns the ending that is stored.
 */
export async function holdTheDrill(
  deps: HoldTheDrillDeps,
  request: DrillRequest,
  remainingMilliseconds: () => number,
): Promise<DrillResult> {
  const { rollback, documents } = request;
  const yielding = { ...deps, runCommand: yieldingCommands(deps, rollback.fleet) };
  const judged = await askTheHosts(yielding, request, remainingMilliseconds).catch((error: unknown) => {
    if (error instanceof Yielded) return error;
    throw error;
  });
  if (judged instanceof Yielded) {
    await cancelCommands(deps, request);
    return ended(deps, rollback, { ending: 'Drill yielded', problem: judged.message });
  }
  const { scope, detail } = judged;
  const problem =
    drillProblems(
      detail,
      scope.not_online.map(({ name }) => name),
    ).join(' ') || null;
  const ending = problem === null ? 'Drill passed' : 'Drill failed';
  return ended(deps, rollback, { ending, problem, report: detail, documents: documentsHash(documents) });
}

/** Ends a drill as failed, because it could not be held. */
export const endBrokenDrill = (deps: HoldTheDrillDeps, { rollback, broken }: BrokenDrill): Promise<DrillResult> =>
  ended(deps, rollback, { ending: 'Drill failed', problem: broken });

class Yielded extends Error {}

/** Returns Run Command that throws Yielded once a real rollback is open. */
function yieldingCommands(deps: HoldTheDrillDeps, fleet: string): RunCommand {
  const look = async () => {
    const real = await realRollback(deps, fleet);
    if (real) throw new Yielded(yieldedTo(real));
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

type Outcome = {
  readonly ending: DrillEnding;
  readonly problem: string | null;
  /** Absent: the hosts were not asked to the end. */
  readonly report?: PlanReport;
  /** The hash of the documents that the hosts ran. Absent: they ran not all of them. */
  readonly documents?: string;
};

/** Stores how a drill ended, writes and seals that, and keeps the result. The first ending that is stored stays. */
async function ended(
  { history, endings, drills, now }: HoldTheDrillDeps,
  { id }: BrokenDrill['rollback'],
  { report, documents = '', ...outcome }: Outcome,
): Promise<DrillResult> {
  const before = await history.events(id);
  if (before.length === 0) return { ...outcome, chain: endOf(before) }; // it was never opened, so there is nothing to end
  const reached = await endings.reach(id, { ...outcome, at: new Date(now()).toISOString() });
  const { at, problem } = reached;
  const ending = reached.ending as DrillEnding;
  const record = recordOf(before);
  const slow = report !== undefined && isSlow(report);
  const events = await sealed(
    history,
    id,
    at,
    ...(report ? [planned(at, report)] : []),
    { id: 'drill-held', type: 'Drill held', at, detail: { ending, problem, slow, documents } },
    {
      id: 'rollback-closed',
      type: 'Rollback closed',
      at,
      detail: { ending, problem, fence: 0, fleet: 'never taken' },
    },
  );
  if (ending !== 'Drill yielded')
    await drills.keep({ ...pairOf(record), rollback: id, at, ending, slow, documents, problem });
  return { ending, problem, chain: endOf(events) };
}

const planned = (at: string, detail: PlanReport): Happened => ({ id: 'planned', type: 'Planned', at, detail });
const pairOf = ({ phase, trigger }: RollbackRecord) => ({ phase, trigger: trigger as Trigger | 'manual' });
