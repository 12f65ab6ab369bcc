import { type Freeze, freezeAt } from '../../domain/brakes/brakes.ts';
import { notPassed } from '../../domain/canary.ts';
import { parseDeployment } from '../../domain/deployment-request.ts';
import { DeployedDespiteFreeze, InvalidInput } from '../../domain/errors.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { Deployment, Deployments, RecordedDeployment, Withdrawn } from '../stores/deployments.ts';
import type { Preparations } from '../stores/preparations.ts';
import { type RepeatedDeps, repeatedAt } from './repeated.ts';

export type RecordDeploymentDeps = RepeatedDeps & {
  readonly preparations: Pick<Preparations, 'read'>;
  readonly brakes: Pick<BrakesStore, 'read'>;
  readonly deployments: Pick<Deployments, 'record' | 'recent'>;
  /** Names of the hosts that get a version first; empty: the environment names none. */
  readonly canary: readonly string[];
  /** Counts, for the alarm on deployments that a freeze forbids. */
  readonly countDespiteFreeze: () => Promise<void>;
};
/** `unpassed`: why the version should not be on every host yet. */
type Recorded = RecordedDeployment & {
  readonly phase: number;
  readonly repeated?: true;
  readonly unpassed?: string;
};
export type RecordRequest = { readonly input: unknown; readonly started_at: string };

/**
 * Records that a version of a phase was deployed to the hosts; the pipeline calls it. Repeating it is harmless: a
 * deployment is stored once, and the stored one is returned (`repeated`). Throws InvalidInput.
 *
 * A freeze does not undo what happened: the deployment is recorded with the freeze, then DeployedDespiteFreeze is thrown. The
 * version's preparation is recorded too if there is one. A preparation that cannot be read delays no record: it is left out.
 */
export async function recordDeployment(
  deps: RecordDeploymentDeps,
  { input, started_at }: RecordRequest,
): Promise<Recorded> {
  const { phase, at, again, canary, ...named } = parseDeployment(input, deps.phases, Date.parse(started_at));
  const what = { ...named, ...(canary ? { hosts: groupIn(deps) } : {}) };
  const unpassed = await canaryMissed(deps, { phase, ...what }, at ?? started_at);
  const known_at = at ?? (again ? undefined : await repeatedAt(deps, { phase, ...what }, started_at));
  const deployment = { ...what, at: known_at ?? started_at };
  const prepared = await preparedFor(deps, phase, deployment.version);
  const frozen = await deps.brakes.read().then(
    (brakes) => freezeAt(brakes, phase, deployment.at),
    (error: Error) => error,
  );
  const known = frozen === null || frozen instanceof Error ? undefined : frozen;
  const stored = await deps.deployments.record(phase, {
    ...deployment,
    ...(known ? { frozen: known } : {}),
    ...prepared,
  });
  if (stored.withdrawn) throw withdrawnBefore(phase, stored, stored.withdrawn);
  if (stored.version !== deployment.version)
    throw new InvalidInput(
      `Phase ${phase} was already recorded at ${stored.version} for ${deployment.at}; found ${deployment.version}.`,
    );
  refuseOtherPeople(phase, stored, deployment);
  if (frozen instanceof Error)
    throw new Error(
      `Phase ${phase} was recorded at ${deployment.version}, but the freezes could not be read: ${frozen.message}`,
    );
  // An earlier call stored it without the freeze if it could not read the freezes.
  const despite = stored.frozen ?? known;
  if (despite) await reportFreeze(deps, { phase, ...deployment }, despite);
  // An earlier call may have stored it: its people count, and a repeat may leave them out.
  const { author, approver } = stored;
  const people = { ...(author ? { author } : {}), ...(approver ? { approver } : {}) };
  const repeated = at === undefined && known_at !== undefined && known_at !== started_at;
  return {
    ...{ phase, ...deployment, ...people, ...prepared },
    ...(repeated ? { repeated } : {}),
    ...(unpassed ? { unpassed } : {}),
  };
}

/** Returns the names of the canary group. Throws InvalidInput if the environment has none. */
function groupIn({ canary }: Pick<RecordDeploymentDeps, 'canary'>): readonly string[] {
  if (canary.length > 0) return canary;
  throw new InvalidInput(
    "The environment's file names no canary group (brakes.canary), so a deployment reaches every host. Nothing was recorded.",
  );
}

/**
 * Returns why the version should not be on every host yet; undefined: nothing is against it, or it is not known. It is recorded all the same,
 * because it happened. Throws InvalidInput for the canary group if every host has the version on record: the other hosts would count as not deployed.
 */
async function canaryMissed(
  { deployments, canary }: RecordDeploymentDeps,
  { phase, version, hosts }: { readonly phase: number; readonly version: string; readonly hosts?: readonly string[] },
  at: string,
): Promise<string | undefined> {
  if (canary.length === 0) return undefined;
  const recent = await deployments.recent(phase, at).catch(() => []);
  if (!hosts) return notPassed(canary, version, recent);
  const newest = recent[0];
  if (newest?.version !== version || newest.hosts || newest.rolled_back) return undefined;
  throw new InvalidInput(
    `${version} of phase ${phase} is on record for every host since ${newest.at}, so the canary group has it already. If that record is wrong: npm run rollback -- withdraw --phase ${phase} --version ${version}. Nothing was recorded.`,
  );
}

/** A record that a person took back stays so: its instant cannot be used again. */
const withdrawnBefore = (phase: number, { version, at }: Deployment, { operator, reason }: Withdrawn) =>
  new InvalidInput(
    `The record of phase ${phase} for ${at}, ${version}, was withdrawn by ${operator}: ${reason}. If the version was deployed after all, record it without "at", or with another instant. Nothing was recorded.`,
  );

/**
 * Throws InvalidInput if a repeat names an author or approver that is not the stored one. A record of a deployment is never
 * changed: an auditor reads it.
 */
function refuseOtherPeople(phase: number, stored: RecordedDeployment, named: RecordedDeployment): void {
  const other = (['author', 'approver'] as const).filter(
    (who) => named[who] !== undefined && named[who] !== stored[who],
  );
  if (other.length === 0) return;
  const difference = other.map((who) => `${who} ${stored[who] ?? 'not named'}; found ${named[who]}`).join('. ');
  throw new InvalidInput(
    `Phase ${phase} was already recorded at ${stored.version} for ${stored.at} with ${difference}. The stored record stays; repeat the command without another name.`,
  );
}

/** Returns the fields of a deployment about its preparation; none if the version was not prepared, or that is not known. */
async function preparedFor(
  { preparations }: RecordDeploymentDeps,
  phase: number,
  version: string,
): Promise<Pick<RecordedDeployment, 'prepared'>> {
  const found = await preparations.read(phase, version).catch(() => undefined);
  if (!found) return {};
  const { state, tag, commit, prepared_at } = found;
  return { prepared: { state, tag, commit, ...(prepared_at ? { prepared_at } : {}) } };
}

/** Turns the alarm red, and fails the execution with who froze deployments and why. */
async function reportFreeze(
  { countDespiteFreeze }: RecordDeploymentDeps,
  { phase, version, at }: Deployment & { readonly phase: number },
  { operator, reason, at: since }: Freeze,
): Promise<never> {
  await countDespiteFreeze();
  throw new DeployedDespiteFreeze(
    `Phase ${phase} was deployed to ${version} at ${at}, although ${operator} had frozen deployments since ${since}: ${reason}. It was recorded, and a rollback can undo it.`,
  );
}
