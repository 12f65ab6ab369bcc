import type { RunCommand } from '../clients/run-command.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { Endings } from '../stores/endings.ts';
import type { FleetLock, FleetLocks } from '../stores/fleet-lock.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import { checkOpen } from './check-open.ts';

/** Dependencies of a look at a rollback's ending and at its lock. */
export type HeldFleetDeps = { readonly endings: Endings; readonly locks: FleetLocks };
type Holding = { readonly rollback: Rollback; readonly fence: number };

/**
 * Returns what the rollback acts on, after checking that it is open and holds the fleet with this fence.
 *
 * Marks the lock first: from here on, only a good ending or a person frees the fleet. Throws RollbackOver if the rollback
 * has ended; it then still has the lock, for a person. `open`: what the caller has begun to read; absent: it is read.
 */
export async function heldFleet(
  deps: OpenScopeDeps & HeldFleetDeps,
  holding: Holding,
  open: Promise<RollbackScope> = openScope(deps, holding.rollback),
): Promise<RollbackScope> {
  const found = await open;
  await markLock(deps, holding);
  return found;
}

type OpenScopeDeps = Pick<HeldFleetDeps, 'endings'> & { readonly scopes: RollbackScopes };

/**
 * Returns what a rollback acts on, after checking that it is open: one request reads both. Throws if it has no host left, because
 * others took them all: a step on no host would be done, and roll nothing back.
 */
export async function openScope(deps: OpenScopeDeps, rollback: Rollback): Promise<RollbackScope> {
  const [found] = await Promise.all([deps.scopes.read(rollback.id), checkOpen(deps, rollback)]);
  if (!found) throw new Error(`Rollback ${rollback.id} was never opened: it has no frozen hosts.`);
  if (found.hosts.length === 0)
    throw new Error(`Rollback ${rollback.id} has no host left to act on. Nothing was sent.`);
  return found;
}

/** Marks the lock as touched. Throws if the rollback no longer holds the fleet with this fence. */
async function markLock({ locks }: Pick<HeldFleetDeps, 'locks'>, holding: Holding): Promise<void> {
  const { rollback, fence } = holding;
  if (!(await locks.touch(rollback.fleet, rollback.id, fence)))
    throw noLongerHolds(holding, await locks.holder(rollback.fleet));
}

/** Throws if the rollback no longer holds the fleet with this fence. Changes nothing. */
export async function checkHolder({ locks }: Pick<HeldFleetDeps, 'locks'>, holding: Holding): Promise<void> {
  const { rollback, fence } = holding;
  const holder = await locks.holder(rollback.fleet);
  if (holder?.rollback !== rollback.id || holder.fence !== fence) throw noLongerHolds(holding, holder);
}

const noLongerHolds = ({ rollback }: Holding, holder: FleetLock | undefined) =>
  new Error(
    `Rollback ${rollback.id} no longer holds fleet ${rollback.fleet}: ${holder ? `${holder.rollback} does` : 'a person released it'}. Nothing was sent.`,
  );

/** A look at ending and lock is believed for so long: steps begin with one, and most of them send at once. */
const lookedMilliseconds = 1000;

/**
 * Returns Run Command with a look at ending and lock before each SendCommand, and before each time that the client sends it
 * again. Call it right after such a look. Changes nothing: whatever acts on hosts has marked the lock (heldFleet).
 *
 * A function may outlive its execution: while it waited for hosts or for a response, the rollback may have ended, a person
 * may have released the fleet, and another rollback may act on the hosts.
 */
export function sendingWhileHeld(
  deps: HeldFleetDeps & { readonly runCommand: RunCommand; readonly now: () => number },
  holding: Holding,
): RunCommand {
  const { runCommand, now } = deps;
  let lookedAt = now();
  const look = async () => {
    if (now() - lookedAt < lookedMilliseconds) return;
    await Promise.all([checkOpen(deps, holding.rollback), checkHolder(deps, holding)]);
    lookedAt = now();
  };
  return { ...runCommand, send: (input) => runCommand.send(input, look) };
}
