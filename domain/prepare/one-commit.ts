import type { Host, HostVerdict } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import { listed } from '../listed.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';
import type { Preparation } from './preparation.ts';

/** The commit of a host before anything is tagged, as the host reports it. */
export type HostCommit = {
  readonly host: string;
  readonly instance_id: Host['instance_id'];
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
  return { host: host.name, instance_id: host.instance_id, commit, version: String(version), tagged, own };
}

/**
 * Returns the one commit that all hosts are at, or why there is none: each host that differs, what was found there, and what
 * was expected.
 *
 * Expected is the commit that an earlier run registered, once a tag of it exists or every host was prepared; else that of most hosts. The tag
 * must never name two commits, so a host on which it names another one is named too. `newest`: the newest deployment on record. While only the
 * canary group has it, these hosts are at another commit on purpose, and nobody may be told to bring them back.
 */
export function oneCommit(
  tag: string,
  found: readonly HostCommit[],
  before: Preparation | undefined,
  newest?: DeployedVersion,
): { readonly commit: string } | { readonly problem: string } {
  const isRegistered = before && (before.state === 'prepared' || found.some(({ tagged }) => tagged === before.commit));
  const expected = isRegistered ? before.commit : commonest(found);
  if (expected === undefined) return { problem: 'No host reported its commit. Nothing was tagged.' };
  const group = (newest?.rolled_back ? undefined : newest?.hosts) ?? [];
  const isCanary = ({ host, instance_id }: HostCommit) => isNamed({ name: host, instance_id }, group);
  const others = found.filter(({ commit }) => commit !== expected);
  const [canary, elsewhere] = [others.filter(isCanary), others.filter((one) => !isCanary(one))];
  const mistagged = found.filter(({ tagged }) => tagged !== null && tagged !== expected);
  if (others.length === 0 && mistagged.length === 0) return { commit: expected };
  if (newest && canary.length > 0 && elsewhere.length === 0 && mistagged.length === 0)
    return { problem: onCanary(newest, before) };
  if (isRegistered && others.length === found.length)
    return {
      problem: `${before.version} of phase ${before.phase} was prepared at commit ${short(expected)}, and every host is at another one now: ${some(others.map(isAt))}. Its tag never moves. If it is deployed already, or was rolled back, prepare the next version under its own name. Nothing was changed.`,
    };
  const why = isRegistered ? 'as registered' : `as on ${found.length - others.length} of ${found.length} hosts`;
  const wrong = [
    ...elsewhere.map((one) => `${isAt(one)}, expected ${short(expected)} ${why}`),
    ...mistagged.map(
      ({ host, tagged }) => `on ${host} the tag ${tag} names ${short(tagged ?? '')}, expected ${short(expected)}`,
    ),
  ];
  return {
    problem: `The hosts are not at one commit: ${some(wrong)}. Nothing was tagged or copied. Bring these hosts to the expected commit, delete a wrong tag there, then prepare again.${canary.length > 0 && newest ? ` Leave the canary group (${group.join(', ')}) as it is: ${newest.version} is on record there.` : ''}`,
  };
}

/** Returns why nothing is prepared while the canary group alone has the newest version, and what comes next. */
function onCanary(
  { version, at, hosts = [] }: Pick<DeployedVersion, 'version' | 'at' | 'hosts'>,
  before: Preparation | undefined,
): string {
  const there = `on the canary group alone (${hosts.join(', ')}) since ${at}`;
  if (before?.version === version && before.state === 'prepared')
    return `${version} is prepared on every host, and ${there}. Nothing is missing, and nothing was changed. Leave these hosts as they are. The other hosts are next once its watch window has passed: npm run rollback -- ready --phase ${before.phase} --version ${version}`;
  return `${version} is ${there}, so the hosts are not at one commit. Nothing was tagged or copied. Leave these hosts as they are: deploy ${version} to the other hosts first, or roll it back. Then prepare again.`;
}

/** Returns the commit of most hosts; of two with as many hosts, the one that was reported first. */
function commonest(found: readonly HostCommit[]): string | undefined {
  const groups = [...Map.groupBy(found, ({ commit }) => commit)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

const isAt = ({ host, commit, version }: HostCommit) => `${host} is at ${short(commit)} (${version})`;
const short = (commit: string) => commit.slice(0, 12);
const some = (found: readonly string[]) => listed(found.slice(0, 5), found.length, '; ');
