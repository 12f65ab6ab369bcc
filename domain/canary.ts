import type { DeployedVersion } from './target/replaced-version.ts';

/** Names of the hosts that get a version before the others (`brakes.canary`). */
export type CanaryGroup = readonly string[];

/** A version's way to the hosts, as it is on record. `none`: it is not deployed. `failed`, `waits`: why, as a part of a sentence. */
export type CanaryState =
  | { readonly state: 'none' }
  | { readonly state: 'all'; readonly at: string }
  | { readonly state: 'passed'; readonly why: string }
  | { readonly state: 'waits' | 'failed'; readonly why: string };

/** Returns how far a version has come. `recent`: the newest deployments of the phase, the newest first. */
export function canaryState(version: string, recent: readonly DeployedVersion[]): CanaryState {
  const found = recent.find((one) => one.version === version);
  if (!found) return { state: 'none' };
  const { hosts, at, watched, rolled_back } = found;
  if (rolled_back)
    return { state: 'failed', why: `${version} was rolled back by ${rolled_back.rollback} at ${rolled_back.at}` };
  if (!hosts) return { state: 'all', at };
  const there = `${version} is on the canary group (${hosts.join(', ')}) since ${at}`;
  if (!watched) return { state: 'waits', why: `${there}, and its watch window has no verdict yet` };
  return watched.verified
    ? { state: 'passed', why: `${there}, and ${watched.why}` }
    : { state: 'failed', why: `${there}, and is not verified: ${watched.why}` };
}

/** Returns why a version should not be on every host yet, as a part of a sentence; undefined: nothing is against it. */
export function notPassed(group: CanaryGroup, version: string, recent: readonly DeployedVersion[]): string | undefined {
  if (group.length === 0) return undefined;
  const found = canaryState(version, recent);
  switch (found.state) {
    case 'none':
      return `${version} was not deployed to the canary group first (${group.join(', ')})`;
    case 'waits':
    case 'failed':
      return found.why;
    case 'all':
    case 'passed':
      return undefined;
  }
}
