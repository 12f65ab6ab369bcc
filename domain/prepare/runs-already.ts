import type { HostCommit } from './one-commit.ts';
import type { Preparation } from './preparation.ts';

/**
 * Returns why a commit is not that of the version before; undefined if nothing shows that.
 *
 * A rollback restores the registered commit. If it has the new code already, the rollback would change nothing and end well. So
 * the customer's own tag of the version must not name it on any host, and the version must not be deployed already without a
 * preparation.
 */
export function runsAlready(
  { phase, version }: Pick<Preparation, 'phase' | 'version'>,
  { commit, found }: { readonly commit: string; readonly found: readonly HostCommit[] },
  before: Preparation | undefined,
  newest: { readonly version: string; readonly at: string } | null | undefined,
): string | undefined {
  const [first, ...others] = found.filter(({ own }) => own === commit);
  if (first)
    return `${version} is on the hosts already: its own tag names ${commit.slice(0, 12)}, which runs on ${first.host}${others.length > 0 ? ` and ${others.length} more` : ''}. Expected is the version before it, because a rollback restores what is prepared. ${next(phase)}`;
  if (before === undefined && newest?.version === version)
    return `${version} of phase ${phase} was deployed at ${newest.at}, so what runs is not the version before it. ${next(phase)}`;
  return undefined;
}

const next = (phase: number) =>
  `Nothing was tagged or copied. Deploy the version before again and then prepare; or keep this one: without a preparation a rollback of phase ${phase} restores the runbook's tag. A deployment that changes no code needs a name that is no tag.`;
