import type { Block } from '../brakes/brakes.ts';
import { ourselves } from '../host/ourselves.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';
import type { RestoredPaths } from './compared-parts.ts';

/** A version that a rollback took back, and that must not come back by itself. */
export type TakenBack = {
  readonly phase: number;
  readonly version: string;
  readonly rollback: string;
  /** ISO 8601: the end of that rollback. */
  readonly at: string;
  /** The paths that went back; null: the whole tree. */
  readonly paths: readonly string[] | null;
  /** The ids of the hosts on which it went back, if the rollback was of some hosts only. Absent: of every host, or it is not known. */
  readonly only?: readonly string[];
  /** The ids of hosts that the rollback left out or could not reach. Absent: none, or it is not known. */
  readonly except?: readonly string[];
  /** The rollback stopped in the middle: hosts may have the version still, and none is known to have lost it. Absent: it ended well. */
  readonly half?: true;
  /** The deployment on record that brought the same version again, after the rollback. */
  readonly again?: { readonly at: string };
};

/** Sightings of versions that were taken back, by `keyOf`: ids of hosts that were seen without, and with it in the newest look. */
export type SeenOfTakenBack = Readonly<
  Record<string, { readonly without: readonly string[]; readonly with: readonly string[] }>
>;

/** A document's parameter. */
const mostCharacters = 1000;
/** A rollback blocks one version per phase, and a person unblocks it at some time. */
const most = 9;

type OfPhase = { readonly phase: number; readonly recent: readonly Pick<DeployedVersion, 'version' | 'at'>[] };

/**
 * Returns the versions that rollbacks took back, the newest first: those that a rollback blocked and nobody unblocked. A version that
 * another one followed on record is left out, because the newer one may contain it. That of a rollback that stopped in the
 * middle is `half`, until it is on record again: hosts may run it still.
 */
export function takenBack(blocks: readonly Block[], phases: readonly OfPhase[], restored: RestoredPaths): TakenBack[] {
  let left = mostCharacters;
  return blocks
    .flatMap(({ phase, version, rollback, stopped, at }) => {
      if (rollback === undefined || phase === undefined || phase === null) return [];
      const later = (phases.find((one) => one.phase === phase)?.recent ?? []).filter((one) => one.at > at);
      if (later.some((one) => one.version !== version)) return [];
      const [again] = later;
      if (stopped && again) return [];
      const paths = restored[phase] ?? null;
      if (paths?.length === 0) return []; // its rollback left the code on the hosts
      return [
        {
          phase,
          version,
          rollback,
          at,
          paths,
          ...(stopped ? { half: true as const } : {}),
          ...(again ? { again: { at: again.at } } : {}),
        },
      ];
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, most)
    .filter((one) => {
      left -= wordOf(one).length + 1;
      return left >= 0;
    });
}

/** Returns a version as compare-fleet.py reads it. */
export const wordOf = ({ version, paths }: Pick<TakenBack, 'version' | 'paths'>): string =>
  [version, ...(paths ?? [])].join(':');

export const keyOf = ({ phase, version, rollback }: TakenBack): string => `${phase} ${version} ${rollback}`;

type Seen = {
  readonly instance_id: string;
  readonly back: readonly (boolean | null)[];
  readonly moved_by: string | null;
};

/** The newest reports of hosts, and what was seen of them before. */
export type UndoneInput = {
  readonly taken: readonly TakenBack[];
  readonly reported: readonly Seen[];
  readonly before: SeenOfTakenBack;
};

/**
 * Returns a phrase per host and version that something put back, and what was seen, for the next comparison.
 *
 * A host counts if it was seen without the version since the rollback. If the whole tree went back, it also counts if it has the version
 * in two looks in a row: nothing was seen before a pipeline was faster. That does not hold for a host that the rollback left
 * out or could not reach: it has the version still. A part of the tree may be alike in both versions,
 * so there only a host counts that was seen without.
 */
export function undoneOn({ taken, reported, before }: UndoneInput) {
  const found = new Map<string, string[]>();
  const seen: Record<string, SeenOfTakenBack[string]> = {};
  for (const [i, one] of taken.entries()) {
    if (one.half) continue; // nothing says on which hosts it was taken back
    const known = before[keyOf(one)] ?? { without: [], with: [] };
    const has = (back: boolean) => reported.filter((host) => host.back[i] === back).map((host) => host.instance_id);
    const without = new Set([...known.without, ...has(false)]);
    const silent = known.with.filter((id) => !reported.some((host) => host.instance_id === id));
    seen[keyOf(one)] = { without: [...without].toSorted(), with: [...has(true), ...silent].toSorted() };
    for (const host of reported) {
      const counts =
        known.without.includes(host.instance_id) ||
        (one.paths === null && known.with.includes(host.instance_id) && wasRolledBack(one, host.instance_id));
      if (host.back[i] === true && counts)
        found.set(host.instance_id, [...(found.get(host.instance_id) ?? []), sentence(one, host.moved_by)]);
    }
  }
  return { found, seen };
}

/**
 * Returns a phrase per host and version that a rollback of other hosts took back, such as of the canary group: the host got the version meanwhile, or had
 * it too. Only of the whole tree, because paths may be alike in both versions.
 *
 * After a rollback that stopped in the middle, a host that has the version still is named once another host has it no more: that one is
 * the host that was put right.
 */
export function tookBackElsewhere(taken: readonly TakenBack[], reported: readonly Seen[]): Map<string, string[]> {
  const isLeft = ({ only }: TakenBack, i: number, id: string) =>
    (!only || only.includes(id)) && reported.some(({ back }) => back[i] === false);
  return new Map(
    reported.flatMap(({ instance_id, back }) => {
      const found = taken.filter(
        (one, i) => back[i] === true && (one.half ? isLeft(one, i, instance_id) : isElsewhere(one, instance_id)),
      );
      return found.length > 0 ? [[instance_id, found.map(elsewhere)] as const] : [];
    }),
  );
}

const isElsewhere = ({ paths, only }: TakenBack, id: string): boolean =>
  paths === null && only !== undefined && !only.includes(id);

const elsewhere = ({ version, phase, rollback, at, half }: TakenBack): string =>
  half
    ? `it still has ${version} of phase ${phase}, which other hosts have no more: rollback ${rollback} stopped half way at ${at}, and nobody has finished it here`
    : `it has ${version} of phase ${phase}, which rollback ${rollback} took back at ${at} on the hosts that had it then, and which is blocked`;

const wasRolledBack = ({ only, except = [] }: TakenBack, id: string): boolean =>
  !except.includes(id) && (!only || only.includes(id));

const sentence = (one: TakenBack, movedBy: string | null): string =>
  `${one.version} of phase ${one.phase} is back; rollback ${one.rollback} took it back at ${one.at}; undone by ${whoOf(one, movedBy)}`;

function whoOf({ version, again }: TakenBack, movedBy: string | null): string {
  const mover = movedBy === null || movedBy === ourselves ? null : `${movedBy}, as git's log on the host says`;
  const recorded = again ? `the deployment of ${version} on record at ${again.at}` : null;
  return (
    [recorded, mover].filter((one) => one !== null).join(', ') ||
    "unknown: neither git's log nor a deployment on record names it"
  );
}
