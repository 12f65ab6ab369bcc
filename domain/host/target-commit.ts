import { counted } from '../counted.ts';
import { listed } from '../listed.ts';
import { failureSentence, type HostVerdict } from './host-verdict.ts';

/** The commit that the target's tag named on a host, as a step or the version check reported it. */
export type TagReading = { readonly host: string; readonly commit: string };

type Reported = Pick<HostVerdict, 'verdict' | 'report'>;

/** Returns the commit in a report on the target's tag; null if the report is about something else. */
export function commitIn({ verdict, report }: Reported, target: string): string | null {
  const names = [report?.['to'], report?.['tag']];
  const commit = report?.['commit'];
  return verdict === 'done' && names.includes(target) && typeof commit === 'string' ? commit : null;
}

/**
 * Returns why the hosts are not at one commit, as sentences; null if they are.
 *
 * The step that restores the tree freezes the commit on each host. A tag is only a name: somebody may move it during the
 * rollback, or the hosts may have fetched it at different times.
 */
export function targetCommitProblem(
  target: string,
  { frozen, now }: { readonly frozen: readonly TagReading[]; readonly now: readonly TagReading[] },
): string | null {
  const moved = now.flatMap(({ host, commit }) => {
    const before = frozen.find((one) => one.host === host)?.commit ?? commit;
    return before === commit ? [] : [`on ${host} from ${short(before)} to ${short(commit)}`];
  });
  const found = new Map([...now, ...frozen].map(({ host, commit }) => [host, commit]));
  const hostsOf = Map.groupBy(found, ([, commit]) => commit);
  const sentences = [
    ...(moved.length > 0 ? [`The tag ${target} moved during the rollback: ${some(moved, '; ')}.`] : []),
    ...(hostsOf.size > 1 ? [`The tag ${target} names different commits: ${some(sides(hostsOf), '; ')}.`] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : null;
}

/**
 * Returns, for each host whose tag names another commit than that of most hosts, why a rollback would not end well there.
 * Without a majority the first host's commit counts as that of most.
 */
export function oddReadings(target: string, found: readonly TagReading[]): { host: string; reason: string }[] {
  const [most, ...others] = [...Map.groupBy(found, ({ commit }) => commit)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  );
  if (!most) return [];
  const elsewhere = `${short(most[0])} on ${counted(most[1].length, 'other host')}`;
  return others.flatMap(([commit, hosts]) =>
    hosts.map(({ host }) => ({
      host,
      reason: `the tag ${target} names ${short(commit)} here and ${elsewhere}; fetch the right tag on every host`,
    })),
  );
}

/** The commit to which all hosts are restored, and the hosts that have not named theirs; or why there is no such commit. */
export type TargetCommit =
  | { readonly commit: string; readonly unread: readonly string[] }
  | { readonly problem: string; readonly failed: readonly { readonly host: string; readonly reason: string }[] };

/** A hash of git: SHA-1, or SHA-256 in a repository of that format. */
const hash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Returns the one commit that the target's tag names on all hosts, from their verdicts before anything is restored.
 *
 * Hosts that do not respond are no reason to leave the others at the failed version: the script refuses another commit on
 * each host. But if half of the hosts or more are silent, their commit could be the right one.
 */
export function commonCommit(target: string, verdicts: readonly HostVerdict[]): TargetCommit {
  const commitOf = (one: HostVerdict) => {
    const commit = commitIn(one, target);
    return commit !== null && hash.test(commit) ? commit : null;
  };
  const unread = verdicts.filter((one) => commitOf(one) === null);
  const refused = unread.filter(({ answered }) => answered);
  const hostsOf = Map.groupBy(
    verdicts.filter((one) => !unread.includes(one)),
    (one) => String(commitOf(one)),
  );
  const [most, ...others] = [...hostsOf].toSorted(([, a], [, b]) => b.length - a.length);
  if (most && others.length > 0) {
    const odd = others.map(([commit, hosts]) => `${short(commit)} on ${some(hosts.map(nameOf), ', ')}`);
    return {
      problem: `The tag ${target} names ${short(most[0])} on ${most[1].length} of ${verdicts.length} hosts, but ${some(odd, '; ')}. Nothing was restored. Fetch the right tag on every host, then start again.`,
      failed: others.flatMap(([commit, hosts]) =>
        hosts.map((one) => ({ host: nameOf(one), reason: `the tag ${target} names ${short(commit)} here` })),
      ),
    };
  }
  if (!most || refused.length > 0 || unread.length * 2 >= verdicts.length) {
    const failed = refused.length > 0 ? refused : unread;
    return {
      problem: `The commit of the tag ${target} could not be read on ${failureSentence(failed, verdicts.length)}. Nothing was restored.`,
      failed: failed.map((one) => ({ host: nameOf(one), reason: one.reason ?? 'no response' })),
    };
  }
  return { commit: most[0], unread: unread.map(nameOf) };
}

const nameOf = ({ host }: HostVerdict) => host.name;

/** "3f2a9c1d0b7e on host-2", the commit with the fewest hosts first: it is the odd one. */
const sides = (hostsOf: ReadonlyMap<string, readonly (readonly [host: string, commit: string])[]>): string[] =>
  [...hostsOf]
    .toSorted(([, a], [, b]) => a.length - b.length)
    .map(
      ([commit, hosts]) =>
        `${short(commit)} on ${some(
          hosts.map(([host]) => host),
          ', ',
        )}`,
    );

const short = (commit: string) => commit.slice(0, 12);

const some = (found: readonly string[], between: string) => listed(found.slice(0, 5), found.length, between);
