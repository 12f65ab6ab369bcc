import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { reconcileOperator } from '../../domain/decision/situation.ts';
import type { Happened } from '../../domain/history/event.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import type { Target } from '../../domain/infra/runbook-steps.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { VersionLook } from '../../domain/plan/forbidden-on-hosts.ts';
import { agreedTarget, type ChosenTarget, runbooksTag, type TagLook } from '../../domain/target/chosen-target.ts';
import {
  doubtAboutOthers,
  type ReplacedVersion,
  replacedVersion,
  undoneWith,
} from '../../domain/target/replaced-version.ts';
import type { Rollback } from '../middleware/payload.ts';
import { mostNamed } from '../operations/most-named.ts';
import type { ReadBrakes } from '../stores/brakes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import { reportsOf } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';
import type { Undone } from './freeze.ts';
import { forbiddenIn, type LookDeps, lookAtVersions, type PhaseLooks } from './look-at-versions.ts';
import type { OpenRequest, PhaseLook } from './opening.ts';

export type ChooseTargetsDeps = LookDeps & {
  readonly deployments: Pick<Deployments, 'recent'>;
  readonly brakes: ReadBrakes;
  readonly unreached: Pick<Unreached, 'all'>;
  readonly locks: Pick<FleetLocks, 'queue'>;
};

/** A rollback that is being opened. */
type Opening = {
  readonly request: OpenRequest;
  readonly cause: RollbackCause;
  readonly rollback: Rollback;
  /** The scope that an earlier call has frozen; undefined: there is none. */
  readonly scope: Promise<RollbackScope | undefined>;
  /** Returns the deployment that the rollback undoes in each of its phases. */
  readonly undone: () => Promise<readonly Undone[]>;
  readonly remaining: () => number;
};

/** The targets that the opening chose, and its findings on the hosts. */
export type Choice = Pick<RollbackScope, 'targets' | 'forbidden' | 'also_undone'> & {
  /** The event of the look at the hosts. Absent: no host was asked. */
  readonly looked?: Happened;
};

/**
 * Chooses the version to which each phase goes back: the one that the deployment replaced if that is registered, verified and not
 * blocked, and if every host has its tag; else the runbook's tag. Finds out which forbidden pairs hosts could come to.
 *
 * Asks hosts only if their reports can decide anything, because no command may be sent before that. A choice that an earlier call
 * has frozen stays. Never fails: what cannot be found out counts against the replaced version.
 */
export async function chooseTargets(deps: ChooseTargetsDeps, opening: Opening): Promise<Choice> {
  const { request, scope } = opening;
  const stored = await scope;
  if (stored) return storedChoice(stored);
  const candidates = await Promise.all(
    (request.policy.targets ?? []).map((target) => candidateFor(deps, opening, target)),
  );
  const { looks = [] } = request;
  const judgesPairs = asksAboutPairs(opening.cause) && looks.some(({ forbidden = [] }) => forbidden.length > 0);
  const asked = new Map<number, PhaseLooks>();
  await Promise.all(
    looks.map(async (look) => {
      const candidate = candidates.find((one) => one.phase === look.phase);
      if (candidate?.replaced === undefined && !(judgesPairs && (look.forbidden ?? []).length > 0)) return;
      const command = withCandidate(look.command, candidate);
      asked.set(look.phase, await lookAtVersions(deps, opening, { command }, opening.remaining));
    }),
  );
  const looksOf = (phase: number): readonly VersionLook[] => asked.get(phase)?.looks ?? [];
  const targets = candidates.map(({ phase, target, chosen, replaced }) =>
    replaced ? agreedTarget(target, replaced, looksOf(phase).map(tagLook)) : chosen,
  );
  const forbidden = judgesPairs ? await pairsOn(deps, opening, { targets, looksOf }) : undefined;
  const looked = asked.size === 0 ? undefined : await lookedEvent(deps, opening, asked);
  const also_undone = alsoUndone(opening, candidates, targets);
  return {
    ...{ targets, ...(forbidden ? { forbidden } : {}) },
    ...(also_undone ? { also_undone } : {}),
    ...(looked ? { looked } : {}),
  };
}

/** Returns the later phases that are undone too, if a replaced version is chosen: it may have their code. */
function alsoUndone(
  { request: { also_undone, looks = [] } }: Opening,
  candidates: readonly Candidate[],
  targets: readonly ChosenTarget[],
): number[] | undefined {
  const replaced = candidates.filter(({ phase }) =>
    targets.some((one) => one.phase === phase && one.deployed_as !== undefined),
  );
  if (replaced.length === 0) return undefined;
  const kept = new Set(replaced.flatMap(({ kept: phases = [] }) => phases));
  const byOthers = looks.filter(({ phase }) => !replaced.some((one) => one.phase === phase));
  for (const one of byOthers.flatMap((look) => look.also_undone)) kept.delete(one); // the runbook's tag of another phase undoes it
  return also_undone.filter((phase) => !kept.has(phase));
}

const storedChoice = ({ targets, forbidden, also_undone }: RollbackScope): Choice => ({
  ...(targets ? { targets } : {}),
  ...(also_undone ? { also_undone } : {}),
  ...(forbidden ? { forbidden } : {}),
});

/** A person's own start asks no permit, so its pairs are judged only in a plan. */
const asksAboutPairs = ({ alarm, operator, mode }: RollbackCause) =>
  mode === 'plan' || alarm !== null || operator === reconcileOperator;

/** `replaced`: the version that hosts are asked for. Without it, `chosen` is the target. */
type Candidate = {
  readonly phase: number;
  readonly target: Target;
  readonly chosen: ChosenTarget;
  readonly replaced?: Replaced;
  /** Later phases on the restored paths whose code the replaced version has as it is now. */
  readonly kept?: readonly number[];
};
type Replaced = ReplacedVersion & { readonly by: string };

async function candidateFor(deps: ChooseTargetsDeps, opening: Opening, target: Target): Promise<Candidate> {
  const { phase } = target;
  const owed = await owedTarget(deps, opening.cause, target).catch(() => undefined);
  if (owed) return { phase, target, chosen: owed };
  const found = await replacedBy(deps, opening, phase).catch((error: Error) => {
    console.warn(`The replaced version of phase ${phase} could not be read: ${error.name}: ${error.message}`);
    return { why: 'the deployments or the blocked versions could not be read' };
  });
  if ('why' in found) return { phase, target, chosen: runbooksTag(target, found.why) };
  const { kept, ...replaced } = found;
  return { phase, target, chosen: runbooksTag(target, 'no host was asked'), replaced, kept };
}

/** Returns the version that the undone deployment replaced; or why a rollback does not go back to it. */
async function replacedBy(
  { deployments, brakes }: ChooseTargetsDeps,
  { request: { looks = [] }, cause, rollback, undone: undoneIn }: Opening,
  phase: number,
): Promise<(Replaced & { readonly kept: readonly number[] }) | { readonly why: string }> {
  const [all, recent] = await Promise.all([undoneIn(), deployments.recent(phase, cause.start_time)]);
  const undone = all.find((one) => one.phase === phase)?.deployment ?? null;
  const unblocked = replacedVersion({ phase, undone, recent, blocks: [] });
  if ('why' in unblocked || undone === null) return unblocked as { why: string };
  const later = looks.find((one) => one.phase === phase)?.also_undone ?? [];
  const together = later.filter((one) => phasesOf(rollback).includes(one));
  if (together.length > 0)
    return {
      why: `${unblocked.deployed_as} has the code of ${phasesIn(together)} too, which this rollback also takes back`,
    };
  const [{ blocks }, others] = await Promise.all([
    brakes(phase),
    Promise.all(later.map(async (one) => ({ phase: one, recent: await deployments.recent(one, cause.start_time) }))),
  ]);
  const found = replacedVersion({ phase, undone, recent, blocks });
  if ('why' in found) return found;
  const doubt = doubtAboutOthers(found, others);
  if (doubt) return { why: doubt };
  const gone = undoneWith(found, others);
  return { ...found, by: undone.version, kept: later.filter((one) => !gone.includes(one)) };
}

const phasesIn = (phases: readonly number[]) => `${phases.length === 1 ? 'phase' : 'phases'} ${phases.join(', ')}`;

/**
 * Returns the version to which an earlier rollback restored the other hosts, if this one completes it on hosts that are owed it:
 * a fleet must not get two targets. Undefined: it owes nothing.
 */
async function owedTarget(
  { unreached }: ChooseTargetsDeps,
  { only_hosts }: RollbackCause,
  target: Target,
): Promise<ChosenTarget | undefined> {
  if (only_hosts === null) return undefined;
  const waiting = (await unreached.all()).filter(({ phase }) => phase === target.phase);
  const owed = only_hosts.map((one) => waiting.find((host) => isNamed(host, [one])));
  const [first] = owed;
  if (!first || owed.some((one) => one === undefined || versionOwed(one, target) !== versionOwed(first, target)))
    return undefined;
  const { deployed_as } = first.target ?? {};
  return {
    ...target,
    version: versionOwed(first, target),
    ...(deployed_as === undefined ? {} : { deployed_as }),
    why: `Target: ${deployed_as ?? versionOwed(first, target)}, to which rollback ${first.rollback} took the other hosts back.`,
  };
}

/** An earlier version of the product stored no target with a host: it always restored the runbook's tag. */
const versionOwed = (host: UnreachedHost, { version }: Target) => host.target?.version ?? version;

const withCandidate = (command: PhaseLook['command'], candidate: Candidate | undefined) =>
  candidate?.replaced
    ? { ...command, parameters: { ...command.parameters, Candidate: candidate.replaced.tag } }
    : command;

const tagLook = (look: VersionLook): TagLook =>
  look.report === null
    ? { host: look.host, unread: look.reason }
    : { host: look.host, commit: look.report.candidate, runs: look.report.commit };

/**
 * Returns the forbidden pairs that hosts could come to. While another rollback holds the fleet, what hosts report may change
 * before this one begins, so what the files declare counts too.
 */
async function pairsOn(
  { locks }: ChooseTargetsDeps,
  { request: { looks = [], policy, fleet }, rollback }: Opening,
  {
    targets,
    looksOf,
  }: { readonly targets: readonly ChosenTarget[]; readonly looksOf: (phase: number) => readonly VersionLook[] },
) {
  const declared = policy.forbidden ?? (rollback.phases ? undefined : []);
  const targetOf = (phase: number) => targets.find((one) => one.phase === phase) ?? { version: 'target' };
  const found = forbiddenIn({ parts: looks, targetOf, looksOf, declared });
  const holder = await locks.queue(fleet).then(
    (queue) => queue.holder?.rollback ?? null,
    () => 'unreadable',
  );
  if (holder === null || holder === rollback.id) return found;
  const known = new Set(found.map(({ says }) => says));
  return [...found, ...(declared ?? []).filter((says) => !known.has(says)).map((says) => ({ says, hosts: [] }))];
}

async function lookedEvent(
  { history, now }: ChooseTargetsDeps,
  { rollback }: Opening,
  asked: ReadonlyMap<number, PhaseLooks>,
): Promise<Happened | undefined> {
  const steps = [...new Set([...asked.values()].flatMap(({ reports }) => reports.map(({ step }) => step)))];
  const silent = [...asked.values()].flatMap(({ looks }) =>
    looks.flatMap((one) => (one.report === null ? [{ host: one.host, reason: one.reason }] : [])),
  );
  return {
    id: 'versions-looked-at',
    type: 'Versions looked at',
    at: new Date(now()).toISOString(),
    detail: {
      hosts: Math.max(0, ...[...asked.values()].map(({ looks }) => looks.length)),
      not_read: silent.slice(0, mostNamed),
      reports: await reportsOf(history, rollback.id, ...steps).catch(() => ({})),
    },
  };
}
