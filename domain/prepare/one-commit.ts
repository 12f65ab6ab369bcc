import type { HostVerdict } from '../host/host-verdict.ts';
import { listed } from '../listed.ts';
import type { Preparation } from './preparation.ts';

/** The commit of a host before anything is tagged, as the host reports it. */
export type HostCommit = {
  readonly host: string;
  readonly commit: string;
  /** The version in the customer's own tags. */
  readonly version: string;
  /** The commit that the preparation's tag names there already; null: there is no such tag. */
  readonly tagged: string | null;
  /** The commit that the customer's own tag of the version to deploy names there; null: there is no such tag. */
  readonly own: string | null;
};

/** Returns what a host has reported; undefined if it reported anything else. */
export function hostCommit({ host, report }: Pick<HostVerdict, 'host' | 'report'>): HostCommit | undefined {
  const { commit, version, tagged, own = null } = report ?? {};
  if (typeof commit !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return undefined;
  if (tagged !== null && typeof tagged !== 'string') return undefined;
  if (own !== null && typeof own !== 'string') return undefined;
  return { host: host.name, commit, version: String(version), tagged, own };
}

/**
 * Returns the one commit that all hosts are at, or why there is none: each host that differs, what was found there, and what
 * was expected.
 *
 * Expected is the commit that an earlier run registered, once a tag of it exists or every host was prepared; else that of most hosts. The tag
 * must never name two commits, so a host on which it names another one is named too.
 */
export function oneCommit(
  tag: string,
  found: readonly HostCommit[],
  before: Preparation | undefined,
): { readonly commit: string } | { readonly problem: string } {
  const isRegistered = before && (before.state === 'prepared' || found.some(({ tagged }) => tagged === before.commit));
  const expected = isRegistered ? before.commit : commonest(found);
  if (expected === undefined) return { problem: 'No host reported its commit. Nothing was tagged.' };
  const elsewhere = found.filter(({ commit }) => commit !== expected);
  const mistagged = found.filter(({ tagged }) => tagged !== null && tagged !== expected);
  if (elsewhere.length === 0 && mistagged.length === 0) return { commit: expected };
  if (isRegistered && elsewhere.length === found.length)
    return {
      problem: `${before.version} of phase ${before.phase} was prepared at commit ${short(expected)}, and every host is at another one now: ${some(elsewhere.map(isAt))}. Its tag never moves. If it is deployed already, or was rolled back, prepare the next version under its own name. Nothing was changed.`,
    };
  const why = isRegistered ? 'as registered' : `as on ${found.length - elsewhere.length} of ${found.length} hosts`;
  const wrong = [
    ...elsewhere.map((one) => `${isAt(one)}, expected ${short(expected)} ${why}`),
    ...mistagged.map(
      ({ host, tagged }) => `on ${host} the tag ${tag} names ${short(tagged ?? '')}, expected ${short(expected)}`,
    ),
  ];
  return {
    problem: `The hosts are not at one commit: ${some(wrong)}. Nothing was tagged or copied. Bring these hosts to the expected commit, delete a wrong tag there, then prepare again.`,
  };
}

/** Returns the commit of most hosts; of two with as many hosts, the one that was reported first. */
function commonest(found: readonly HostCommit[]): string | undefined {
  const groups = [...Map.groupBy(found, ({ commit }) => commit)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

const isAt = ({ host, commit, version }: HostCommit) => `${host} is at ${short(commit)} (${version})`;
const short = (commit: string) => commit.slice(0, 12);
const some = (found: readonly string[]) => listed(found.slice(0, 5), found.length, '; ');
