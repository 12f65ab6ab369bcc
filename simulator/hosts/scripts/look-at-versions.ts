import type { Release } from '../data/releases.ts';
import { within } from '../data/tree.ts';
import { effectiveFlags, wantedFlags } from './flags.ts';
import { type Call, type HostScript, required, words } from './script-call.ts';

type Named = readonly (Release | undefined)[];

/** infra/host-scripts/look-at-versions.py */
export const lookAtVersions: HostScript = (call) => {
  const { tree } = call.host;
  const given = words(call, 'SSM_Paths');
  const paths = given.length > 0 ? given : ['.'];
  const named: Named = words(call, 'SSM_Versions').map((tag) => tree.tags.get(tag));
  const candidate = tree.tags.get(call.parameters['SSM_Candidate'] ?? '');
  const flags = wantedFlags(call).size > 0 ? effectiveFlags(call) : {};
  return {
    version: tree.describe(),
    commit: tree.head.commit,
    candidate: candidate?.commit ?? null,
    runs: positions(named, running(call, paths)),
    target_is: alike(tree.tags.get(required(call, 'SSM_Target')), named, paths),
    candidate_is: alike(candidate, named, paths),
    unknown: named.flatMap((release, i) => (release ? [] : [i])),
    flags: Object.fromEntries(Object.entries(flags).map(([name, { effective }]) => [name, effective])),
  };
};

/** Returns whether a version's content is on the paths, all of it or a part that the checked-out one lacks. */
function running(call: Call, paths: readonly string[]): (release: Release) => boolean {
  const { tree } = call.host;
  const copied = new Set(words(call, 'SSM_Copies').map((pair) => pair.split('>')[1]));
  const dirty = tree.changed(tree.head, paths).filter((path) => !copied.has(path));
  return (release) => {
    if (contentOf(tree.head, paths) === contentOf(release, paths)) return true;
    const different = tree.changed(release, paths).filter((path) => !copied.has(path));
    return different.length === 0 || dirty.some((path) => !different.includes(path));
  };
}

const alike = (one: Release | undefined, named: Named, paths: readonly string[]): number[] | null =>
  one ? positions(named, (other) => contentOf(other, paths) === contentOf(one, paths)) : null;

const positions = (named: Named, is: (release: Release) => boolean): number[] =>
  named.flatMap((release, i) => (release && is(release) ? [i] : []));

const contentOf = ({ files }: Release, paths: readonly string[]): string =>
  JSON.stringify([...files].filter(([path]) => within(path, paths)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
