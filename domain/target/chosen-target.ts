import { counted } from '../counted.ts';
import type { Target } from '../infra/runbook-steps.ts';
import type { ReplacedVersion } from './replaced-version.ts';

/** The version to which the rollback of a phase restores code, chosen once when the rollback was opened. */
export type ChosenTarget = Target & {
  /** The reason for the choice, as a sentence. Absent: an earlier version of the product opened the rollback. */
  readonly why?: string;
  /** The name under which the version was deployed. Absent: the target is the runbook's tag. */
  readonly deployed_as?: string;
  /** The commit that the tag must name on every host. Absent: it is asked for before the first step that restores code. */
  readonly commit?: string;
};

/**
 * One host's report on the tag of the replaced version. `commit`: null if there is no such tag there. `runs`: the commit that is
 * checked out; undefined: an older script reported.
 */
export type TagLook = { readonly host: string } & (
  | { readonly commit: string | null; readonly runs?: string | undefined }
  | { readonly unread: string }
);

/** Returns the runbook's tag as the target. `because`: a part of a sentence. */
export const runbooksTag = (target: Target, because: string): ChosenTarget => ({
  ...target,
  why: `Target: ${target.version}, the runbook's tag, because ${because}.`,
});

/**
 * Returns the replaced version as the target if every host has its tag at the registered commit, else the runbook's tag: a
 * fleet must not be restored to a mix of versions. A host that did not report counts against it.
 *
 * If every host runs the registered commit, nothing would be undone: the hosts were prepared after the new code was there. Only
 * after an earlier rollback of the same deployment is that its result.
 */
export function agreedTarget(
  runbooks: Target,
  replaced: ReplacedVersion & { readonly by: string },
  looks: readonly TagLook[],
): ChosenTarget {
  const { tag, commit, deployed_as, by } = replaced;
  const against =
    looks.length === 0 ? ['no host could be asked for it'] : looks.flatMap((one) => objection(one, replaced));
  if (against.length > 0)
    return runbooksTag(
      runbooks,
      `not every host has ${deployed_as}, which ${by} replaced: ${against.slice(0, mostHosts).join('; ')}${more(against.length)}`,
    );
  if (!replaced.restored_before && looks.every((one) => 'runs' in one && one.runs === commit))
    return runbooksTag(
      runbooks,
      `every host runs ${short(commit)} now, the commit that was registered as ${deployed_as}, which ${by} replaced: to restore it would undo nothing`,
    );
  return {
    ...runbooks,
    version: tag,
    deployed_as,
    commit,
    why: `Target: ${deployed_as}, which ${by} replaced: its watch window passed without red, it is not blocked, and every host has its tag ${tag} at commit ${short(commit)}.`,
  };
}

const mostHosts = 5;
const more = (count: number) => (count > mostHosts ? ` and ${counted(count - mostHosts, 'more host')}` : '');

function objection(look: TagLook, { tag, commit }: ReplacedVersion): string[] {
  if ('unread' in look) return [`${look.host} did not report its tags (${look.unread})`];
  if (look.commit === null) return [`there is no tag ${tag} on ${look.host}`];
  return look.commit === commit
    ? []
    : [`on ${look.host} the tag ${tag} names ${short(look.commit)}, registered is ${short(commit)}`];
}

const short = (commit: string) => commit.slice(0, 12);

/** The chosen target as the record has it. */
export type RecordedTarget = Pick<ChosenTarget, 'phase' | 'version' | 'deployed_as' | 'commit'> & {
  readonly why: string;
};

/** Returns the targets that were chosen, as the record has them; without those of an earlier version of the product. */
export const recordedTargets = (targets: readonly ChosenTarget[]): RecordedTarget[] =>
  targets.flatMap(({ by: _, why, ...target }) => (why === undefined ? [] : [{ ...target, why }]));

/** Returns one sentence per target with the reason for it. A rollback of several phases names the phase of each. */
export const targetSentences = (targets: readonly Pick<ChosenTarget, 'phase' | 'why'>[] = []): string[] =>
  targets.flatMap(({ phase, why }) =>
    why === undefined
      ? []
      : [targets.length > 1 ? `Phase ${phase}: ${why.charAt(0).toLowerCase()}${why.slice(1)}` : why],
  );

/** Returns the version to which a phase went back, for people: "v1.3.1 (tag rollback/phase-1/before-v1.4.0)". */
export const versionWords = (
  targets: readonly RecordedTarget[] | undefined,
  phase: number,
  version: string | null,
): string | null => {
  const found = targets?.find((one) => one.phase === phase && one.version === version);
  return found?.deployed_as === undefined ? version : `${found.deployed_as} (tag ${found.version})`;
};

/** Returns the target as it is stored with a host that is owed a rollback of a phase. */
export function owedTargetOf(
  targets: readonly ChosenTarget[],
  phase: number,
): Pick<ChosenTarget, 'version' | 'deployed_as'> | undefined {
  const found = targets.find((one) => one.phase === phase);
  return (
    found && { version: found.version, ...(found.deployed_as === undefined ? {} : { deployed_as: found.deployed_as }) }
  );
}

/** Returns the version to which a phase's rollback restores code; `otherwise` if the rollback was opened without a choice. */
export const targetVersionOf = (
  { targets = [] }: { readonly targets?: readonly Target[] },
  phase: number,
  otherwise: string,
): string => targets.find((one) => one.phase === phase)?.version ?? otherwise;
