import * as z from 'zod';
import { counted } from '../counted.ts';
import type { Host } from '../host/host-verdict.ts';
import { type ExpectedVersion, mayHave, mustHave } from './expected-versions.ts';

/** The report of infra/host-scripts/compare-fleet.py. */
export const truthReport = z.object({
  commit: z.string(),
  version: z.string(),
  has: z.array(z.boolean().nullable()),
  changed: z.int(),
  content: z.string(),
  files: z.array(z.string()),
  flags: z.record(z.string(), z.unknown()),
  build: z.string().nullable(),
  /** The problem with the start of the process; empty: nothing; null: the environment names no service. A look of an older version has none. */
  process: z.string().nullable().default(null),
  /** The rollback that holds deployments there; null: none. */
  held: z.string().nullable().default(null),
  /** Per version that a rollback took back (undone.ts): whether it is on the host. */
  back: z.array(z.boolean().nullable()).default([]),
  /** The name under which git last moved the tree; null: not known, or not asked. */
  moved_by: z.string().nullable().default(null),
});
export type TruthReport = z.infer<typeof truthReport>;

export type Reported = { readonly host: Host; readonly report: TruthReport };

/** A host that is not as deployed. `key`: changes if something else differs; two sentences of one key mean the same. */
export type Difference = Host & {
  readonly what: string;
  readonly key: string;
  /** The rollback that something undid on this host. Absent: nothing did. */
  readonly undone?: string;
};

/** Returns whether hosts have different values of a flag. */
export const differInFlags = (reported: readonly Reported[]): boolean =>
  flagsOf(reported).some((flag) => new Set(reported.map(({ report }) => shown(report.flags[flag]))).size > 1);

/**
 * Compares what hosts report with the deployments on record, and with each other. Returns the hosts that differ.
 *
 * A deployment's version is compared by its tag, if a host has that tag: a host that lacks the tag was missed too. If none has it, a host
 * must at least have left the commit that was prepared as the version before. Everything
 * else is compared with most hosts. Without a majority, every host is named, because nobody knows which one is right. `moving`: a deployment
 * of flags was on its way to the hosts, so their flags are not compared. Hosts of a canary group have other code than the rest, and are compared
 * with each other. `aside`: hosts whose code is known to be wrong. If they were most hosts, a right one would be named.
 */
export function compareHosts(
  reported: readonly Reported[],
  expected: readonly ExpectedVersion[],
  { moving = false, aside = [] }: { readonly moving?: boolean; readonly aside?: readonly Host[] } = {},
): Difference[] {
  const lacking = new Map(reported.map((one) => [one, lackedBy(one, reported, expected)]));
  const early = ({ host, report }: Reported) =>
    expected.some((version, i) => mayHave(version, host) && report.has[i] === true);
  const isAside = ({ host }: Reported) => aside.some(({ instance_id }) => instance_id === host.instance_id);
  const complete = reported.filter((one) => lacking.get(one)?.length === 0 && !early(one) && !isAside(one));
  const odd = [
    ...alike(complete, expected).flatMap((group) => [
      oddOnes(group, (report) => report.commit, versionOf),
      differInFiles(group),
      oddOnes(
        group,
        ({ build }) => build ?? '',
        ({ build }) => `the process runs build ${build || 'unknown'}`,
      ),
    ]),
    ...(moving ? [] : flagsOf(reported)).map((flag) =>
      oddOnes(
        reported,
        ({ flags }) => shown(flags[flag]),
        (report) => `flag ${flag} is ${shown(report.flags[flag])}`,
      ),
    ),
  ];
  return reported.flatMap((one) => {
    const { process } = one.report;
    const what = [
      ...(lacking.get(one) ?? []),
      ...(process ? [process] : []),
      ...odd.flatMap((found) => found.get(one) ?? []),
    ];
    if (what.length === 0) return [];
    const sentence = what.join('; ');
    return [{ ...one.host, what: sentence, key: `${one.host.instance_id} ${sentence}` }];
  });
}

/**
 * Returns a phrase per deployment whose version is not on a host. If no host has its tag, only a host that still runs the commit of the
 * version before is known to have missed it.
 */
const lackedBy = (
  { host, report }: Reported,
  all: readonly Reported[],
  expected: readonly ExpectedVersion[],
): string[] =>
  expected.flatMap((one, i) => {
    const { phase, version, before } = one;
    const known = all.some((other) => typeof other.report.has[i] === 'boolean');
    if (!mustHave(one, host) || report.has[i] === true) return [];
    if (!known)
      return before === undefined || before !== report.commit
        ? []
        : [
            `${version} of phase ${phase} is not there: ${versionOf(report)}, which was prepared as the version before it`,
          ];
    return [`${version} of phase ${phase} is not there: ${versionOf(report)}`];
  });

/** Returns the hosts in groups that must have the same versions: one group, or the canary group and the others. */
const alike = (all: readonly Reported[], expected: readonly ExpectedVersion[]): Reported[][] => [
  ...Map.groupBy(all, ({ host }) => expected.map((one) => mustHave(one, host)).join()).values(),
];

/** Returns the deployments of which at least one host is known not to have the version. */
export const absentFrom = (
  reported: readonly Reported[],
  expected: readonly ExpectedVersion[],
): Pick<ExpectedVersion, 'phase' | 'version'>[] =>
  expected.flatMap((one, i) => {
    const { phase, version } = one;
    // The reports answer by position, so the others stay in the list, and only this one counts.
    const alone = expected.map((other, j) => (j === i ? other : { ...other, announced: true }));
    return reported.some((host) => lackedBy(host, reported, alone).length > 0) ? [{ phase, version }] : [];
  });

/** Returns a phrase for each host whose files are not, by content, those of most hosts at the same commit. */
export const differInFiles = (reported: readonly Reported[]): Map<Reported, string> =>
  oddOnes(reported, ({ commit, content }) => `${commit} ${content}`, filesOf, isSameCommit);

type Words = (report: TruthReport, most: TruthReport | undefined) => string;

/** Returns a phrase for each host whose value is not that of most hosts; for all of them if there is no majority. */
function oddOnes(
  all: readonly Reported[],
  value: (report: TruthReport) => string,
  words: Words,
  counts: (report: TruthReport, most: TruthReport | undefined) => boolean = () => true,
): Map<Reported, string> {
  const groups = [...Map.groupBy(all, ({ report }) => value(report)).values()];
  const most = groups.find((group) => group.length * 2 > all.length);
  const common = most?.[0]?.report;
  const odd = groups.length > 1 ? groups.filter((group) => group !== most).flat() : [];
  return new Map(
    odd
      .filter(({ report }) => counts(report, common))
      .map((one) => [one, `${words(one.report, common)}${common ? `; most hosts: ${words(common, common)}` : ''}`]),
  );
}

const versionOf = ({ version, commit }: TruthReport) => `it runs ${version} (commit ${commit.slice(0, 12)})`;

/** A host at another commit is named for that already. Without a majority, hosts without changes are not the ones to name. */
const isSameCommit = (report: TruthReport, most: TruthReport | undefined): boolean =>
  most ? report.commit === most.commit : report.changed > 0;

const filesOf: Words = ({ changed, files }) => {
  if (changed === 0) return 'every file is as its commit has it';
  const more = changed > files.length ? ` and ${changed - files.length} more` : '';
  return `${counted(changed, 'file differs', 'files differ')} from its commit (${files.join(', ')}${more})`;
};

const flagsOf = (all: readonly Reported[]): string[] => [
  ...new Set(all.flatMap(({ report }) => Object.keys(report.flags))),
];

/** The report cuts long values already (shared/flags.py). */
const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'unset'));
