import { beganPrefix, phaseOf } from '../../domain/tables.ts';
import type { DeployedVersion } from '../../domain/target/replaced-version.ts';
import type { Connected } from './clients.ts';
import { fleetHolder } from './live-rollbacks.ts';
import { readFleetHosts } from './read-fleet-hosts.ts';
import { itemsBelow, readBrakes, readPreparations, recentDeployments } from './read-status.ts';

/** The parts from which a plan is made, by their names, in words to compare and to read. */
export type PlanFacts = Readonly<Record<string, string>>;

/** Reads the parts of plans that change by themselves: deployments, preparations, blocks, rollbacks and hosts. Throws if one cannot be read. */
export async function readPlanFacts(connection: Connected, phases: readonly number[]): Promise<PlanFacts> {
  const [deployed, began, prepared, { blocks }, holder, hosts] = await Promise.all([
    Promise.all(phases.map((phase) => recentDeployments(connection, phase))),
    Promise.all(phases.map((phase) => newestRollbackOf(connection, phase))),
    readPreparations(connection, phases),
    readBrakes(connection),
    fleetHolder(connection),
    readFleetHosts(connection),
  ]);
  const ofPhases = phases.flatMap((phase, at) => [
    [`deployments of phase ${phase}`, wordsOf(deployed[at] ?? [])],
    [`newest rollback of phase ${phase}`, began[at] ?? none],
  ]);
  return {
    ...Object.fromEntries(ofPhases),
    ...Object.fromEntries(
      prepared.map(({ phase, version, state }) => [`preparation of phase ${phase}`, `${version}, ${state}`]),
    ),
    ...Object.fromEntries(hosts.map(({ name, online }) => [`host ${name}`, online ? 'online' : 'not online'])),
    'blocked versions': blocks.map(({ version }) => version).join(', ') || none,
    'holder of the fleet': holder?.rollback ?? none,
  };
}

const none = 'none';

async function newestRollbackOf(connection: Connected, phase: number): Promise<string | undefined> {
  const below = { from: beganPrefix, to: `${beganPrefix}~`, newest: 1 };
  const [newest] = await itemsBelow(connection, phaseOf(phase), below);
  return newest && String(newest['sk']).slice(beganPrefix.length);
}

/** A plan undoes the newest deployment, and goes back to one of those before it. */
const mostDeployments = 3;

const wordsOf = (all: readonly DeployedVersion[]) =>
  all
    .slice(0, mostDeployments)
    .map(({ version, at, rolled_back, watched, hosts }) =>
      [
        `${version} at ${at}`,
        rolled_back && 'rolled back',
        watched?.verified && 'verified',
        hosts && 'on the canary group',
      ]
        .filter(Boolean)
        .join(', '),
    )
    .join('; ') || none;

const mostChanges = 5;

/** Returns what has changed between two readings, in sentences; none: nothing. */
export function changedFacts(before: PlanFacts, now: PlanFacts): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const changed = names.filter((name) => before[name] !== now[name]);
  const said = changed
    .slice(0, mostChanges)
    .map((name) => `The ${name}: ${before[name] ?? none} when it was planned, ${now[name] ?? none} now.`);
  const left = changed.length - said.length;
  return left > 0 ? [...said, `And ${left} more.`] : said;
}
