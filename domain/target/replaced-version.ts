import { type Block, blockOf, brakeSentence } from '../brakes/brakes.ts';

/** A recorded deployment, as far as it decides whether a rollback may go back to it, or to the version before it. */
export type DeployedVersion = {
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  /** The preparation as it was when the version was deployed. Absent: there was none. */
  readonly prepared?: {
    readonly state: 'preparing' | 'prepared';
    readonly tag: string;
    readonly commit: string;
    readonly prepared_at?: string;
  };
  /** The verdict after its watch window. Absent: it is not judged yet (decision/watched.ts). */
  readonly watched?: { readonly verified: boolean; readonly why: string };
  /** Names of the hosts that got it: the canary group. Absent: every host did. */
  readonly hosts?: readonly string[];
  /** The newest rollback that undid it. Absent: none has. */
  readonly rolled_back?: { readonly rollback: string; readonly at: string };
};

/**
 * The version that a deployment replaced: the name under which it was deployed, and the registered tag and commit of it.
 * `registered_at`: ISO 8601. `restored_before`: an earlier rollback of the deployment may have restored it on hosts.
 */
export type ReplacedVersion = {
  readonly deployed_as: string;
  readonly tag: string;
  readonly commit: string;
  readonly registered_at: string;
  readonly restored_before?: true;
};

/** Another phase whose code lies on the restored paths, and its newest deployments, the newest first. */
export type OtherPhase = { readonly phase: number; readonly recent: readonly DeployedVersion[] };

/** Everything that decides whether a rollback may go back to the version that a deployment replaced. */
export type Replacement = {
  readonly phase: number;
  /** The deployment that the rollback undoes; null: none is on record. */
  readonly undone: Pick<DeployedVersion, 'version' | 'at'> | null;
  /** The newest deployments of the phase, the newest first. */
  readonly recent: readonly DeployedVersion[];
  readonly blocks: readonly Block[];
};

/**
 * Returns the version that the undone deployment replaced, if a rollback may go back to it: it is registered by a preparation,
 * its watch window passed without red, no rollback undid it, and nobody blocked it. Otherwise returns why not, as a part of a
 * sentence.
 */
export function replacedVersion({
  phase,
  undone,
  recent,
  blocks,
}: Replacement): ReplacedVersion | { readonly why: string } {
  if (undone === null) return { why: 'no deployment is on record, so the version before it is not known' };
  const recorded = recent.find(({ at }) => at === undone.at);
  // A version that never left the canary group is not the one that the fleet had.
  const replaced = recent.find(({ at, version, hosts }) => at < undone.at && version !== undone.version && !hosts);
  if (!recorded)
    return { why: `the record of ${undone.version} was withdrawn, or is not among the newest of the phase` };
  if (!replaced) return { why: `no recent deployment before ${undone.version} is on record` };
  const registered = registeredIn(recorded, replaced);
  if (registered.why !== undefined) return { why: registered.why };
  const doubt = doubtAbout(replaced, undone.version);
  if (doubt) return { why: doubt };
  const named = { phase, version: registered.tag, deployed_as: replaced.version };
  const block = blockOf(blocks, named);
  if (block) return { why: lowered(brakeSentence('block', block)) };
  const { tag, commit, registered_at } = registered;
  return {
    ...{ deployed_as: replaced.version, tag, commit, registered_at },
    ...(recorded.rolled_back ? { restored_before: true } : {}),
  };
}

/**
 * Returns why the code of other phases in a replaced version is not known to be good; undefined if it is.
 *
 * The tag has the whole tree as it was when it was made. So it could bring back a version of another phase that was rolled back
 * since, or keep one that is still watched: an alarm of that phase would roll it back in the same hour, and this rollback would
 * undo that. A phase without a deployment on record has none that an alarm could blame.
 */
export function doubtAboutOthers(
  { deployed_as, registered_at }: ReplacedVersion,
  others: readonly OtherPhase[],
): string | undefined {
  for (const { phase, recent } of others) {
    const undone = recent.find(({ rolled_back }) => rolled_back && rolled_back.at > registered_at);
    if (undone?.rolled_back)
      return `${deployed_as} has the code of phase ${phase} too, of which ${undone.version} was rolled back at ${undone.rolled_back.at}, after the tag of ${deployed_as} was made`;
    const [newest] = recent;
    if (newest && !newest.watched?.verified)
      return `${deployed_as} has the code of phase ${phase} too, of which ${newest.version} is not verified`;
  }
  return undefined;
}

/** Returns the other phases whose code goes back with a replaced version: those that were deployed after its tag was made. */
export const undoneWith = ({ registered_at }: ReplacedVersion, others: readonly OtherPhase[]): number[] =>
  others.filter(({ recent: [newest] }) => newest !== undefined && newest.at > registered_at).map(({ phase }) => phase);

/** Returns the tag and commit that the preparation of a deployment registered; or why they are not those of the replaced version. */
function registeredIn({ version, prepared }: DeployedVersion, replaced: DeployedVersion) {
  if (!prepared)
    return { why: `${version} was deployed without a preparation, so no commit is registered for ${replaced.version}` };
  const { state, tag, commit, prepared_at } = prepared;
  if (state !== 'prepared' || prepared_at === undefined)
    return { why: `the preparation of ${version} was not complete on every host` };
  if (prepared_at < replaced.at)
    return {
      why: `${version} was prepared at ${prepared_at}, before ${replaced.version} was deployed at ${replaced.at}, so its tag names an older version`,
    };
  return { tag, commit, registered_at: prepared_at };
}

/** Returns why a version is not known to be good; undefined if it is. */
function doubtAbout({ version, watched, rolled_back }: DeployedVersion, by: string): string | undefined {
  const which = `${version}, which ${by} replaced,`;
  if (rolled_back) return `${which} was itself rolled back by ${rolled_back.rollback} at ${rolled_back.at}`;
  if (!watched) return `${which} is not verified: its watch window has no verdict yet`;
  return watched.verified ? undefined : `${which} is not verified: ${watched.why}`;
}

/** The sentence is continued after a colon, without its full stop. */
const lowered = (sentence: string) => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;
