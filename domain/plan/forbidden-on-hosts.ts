import type { FlagValue } from '../flag.ts';
import { overlap } from '../infra/part.ts';
import { listed } from '../listed.ts';
import { type ForbiddenPair, type PairStart, type PairStep, reachable, reachableSentence } from './forbidden-pairs.ts';

/** Forbidden pairs that hosts could come to: the sentence of the first of them, and the names of all. */
export type ForbiddenOnHosts = { readonly says: string; readonly hosts: readonly string[] };

/**
 * A host's report before a rollback (infra/host-scripts/look-at-versions.py). Numbers are positions in pairTags(). null: the
 * host does not have that tag.
 */
export type VersionReport = {
  readonly version: string;
  /** The commit that is checked out. Absent: an older script reported. */
  readonly commit?: string;
  readonly candidate: string | null;
  readonly runs: readonly number[];
  readonly target_is: readonly number[] | null;
  readonly candidate_is: readonly number[] | null;
  readonly unknown: readonly number[];
  readonly flags: Readonly<Record<string, FlagValue | null>>;
};

/** `report`: null if the host did not report, with the reason. */
export type VersionLook = { readonly host: string } & (
  | { readonly report: VersionReport }
  | { readonly report: null; readonly reason: string }
);

/** Returns a report if it has the shape that the script gives it. */
export function versionReport(report: Readonly<Record<string, unknown>> | null): VersionReport | undefined {
  const { version, candidate, runs, target_is, candidate_is, unknown, flags } = report ?? {};
  const isList = (value: unknown) => Array.isArray(value) && value.every((one) => Number.isInteger(one));
  const isListOrNull = (value: unknown) => value === null || isList(value);
  const isText = typeof version === 'string' && (candidate === null || typeof candidate === 'string');
  if (!isText || !isList(runs) || !isList(unknown) || !isListOrNull(target_is) || !isListOrNull(candidate_is))
    return undefined;
  return typeof flags === 'object' && flags !== null ? (report as VersionReport) : undefined;
}

/** Returns the tags that forbidden pairs name, each once. */
export const pairTags = (forbidden: readonly Pick<ForbiddenPair, 'version'>[]): string[] => [
  ...new Set(forbidden.map(({ version }) => version).filter((one) => one !== 'target' && one !== 'before')),
];

/** The pairs of one phase, and the rollback as far as it changes the phase's code and flags. */
export type PairsOfPhase = {
  readonly forbidden: readonly ForbiddenPair[];
  readonly steps: readonly PairStep[];
  /** The chosen target; `deployed_as` is present if it is the replaced version. */
  readonly target: { readonly version: string; readonly deployed_as?: string };
};

/**
 * Returns the forbidden pairs that hosts could come to, by what each host reported: the versions whose content is on its paths,
 * and its effective flags.
 *
 * If a host did not report a value, the worst is assumed: a flag counts as having the forbidden value, and a tag that the host does not have
 * as being its version and the target's. Hosts that disagree about a flag show that a flip is on its way, so the value of every
 * host may still arrive on each.
 */
export const forbiddenOnHosts = (
  { forbidden, steps, target }: PairsOfPhase,
  looks: readonly VersionLook[],
): ForbiddenOnHosts[] => {
  const tags = pairTags(forbidden);
  const reports = looks.flatMap(({ host, report }) => (report ? [{ host, report }] : []));
  return forbidden.flatMap((pair) => {
    const values = [...new Set(reports.map(({ report }) => report.flags[pair.flag]))];
    const found = reports.flatMap(({ host, report }) => {
      const start = startOf(pair, report, { tags, target });
      const ways = waysOf(
        pair.flag,
        steps,
        values.filter((one) => one !== undefined && one !== start.flag),
      );
      const path = ways.flatMap((way) => reachable([pair], way, () => [start]))[0];
      return path ? [{ host, says: reachableSentence(path) }] : [];
    });
    const [first] = found;
    return first ? [{ says: first.says, hosts: found.map(({ host }) => host) }] : [];
  });
};

/** Returns the steps alone, and for each value that is on its way the steps after the flip that set it. */
const waysOf = (
  flag: string,
  steps: readonly PairStep[],
  onTheirWay: readonly (FlagValue | null | undefined)[],
): (readonly PairStep[])[] => [
  steps,
  ...onTheirWay.flatMap((value) =>
    value === null || value === undefined
      ? []
      : [[{ name: 'the earlier change that other hosts have', restores: false, flags: { [flag]: value } }, ...steps]],
  ),
];

function startOf(
  pair: ForbiddenPair,
  { version, runs, target_is, candidate_is, unknown, flags }: VersionReport,
  { tags, target }: { readonly tags: readonly string[]; readonly target: PairsOfPhase['target'] },
): PairStart {
  const named = (positions: readonly number[]) => positions.flatMap((position) => tags[position] ?? []);
  const isReplaced = target.deployed_as !== undefined;
  const same = isReplaced ? candidate_is : target_is;
  const flag = flags[pair.flag];
  return {
    before: ['before', version, ...named(runs), ...named(unknown)],
    target: [
      'target',
      target.version,
      ...(target.deployed_as === undefined ? [] : [target.deployed_as]),
      ...(same === null ? tags : named(same)),
      ...named(unknown),
    ],
    other: tags,
    flag: flag === undefined ? pair.value : flag,
  };
}

/** A step of one of several phases. `whole`: it comes after the own steps of all phases. */
export type PartStep = PairStep & { readonly whole?: boolean | undefined };

/** The steps of one phase, and the paths that they restore. */
export type PartSteps = {
  readonly phase: number;
  readonly paths: readonly string[];
  readonly steps: readonly PartStep[];
};

/**
 * Returns the steps of a rollback as far as they change the flags and the code of one of its phases, in the order in which they
 * run. `parts`: the phases that it rolls back, the latest first.
 */
export function stepsFor(phase: number, parts: readonly PartSteps[]): PairStep[] {
  const own = parts.find((one) => one.phase === phase);
  const seen = parts.flatMap((part) =>
    part.steps.map(({ restores, ...step }) => ({
      ...step,
      restores: part.phase === phase ? restores : restores && overlaps(part.paths, own?.paths ?? []) ? 'other' : false,
    })),
  );
  return [...seen.filter(({ whole }) => !whole), ...seen.filter(({ whole }) => whole)].map(
    ({ name, restores, flags }) => ({ name, restores: restores as PairStep['restores'], flags }),
  );
}

/** Code without paths of its own may be anywhere in the tree. */
const overlaps = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => (others.length > 0 ? others : ['.']).some((other) => overlap(one, other)));

/** Returns the sentences that a question gives as reasons. */
export const forbiddenSentences = (found: readonly ForbiddenOnHosts[]): string[] =>
  found.map(({ says, hosts }) => (hosts.length === 0 ? says : `${says} Hosts: ${namesOf(hosts)}.`));

const mostNames = 10;
const namesOf = (hosts: readonly string[]) => listed(hosts.slice(0, mostNames), hosts.length);
