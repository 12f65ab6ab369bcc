import type { Block } from '../brakes/brakes.ts';
import type { Preparation } from '../prepare/preparation.ts';
import {
  type DeployedVersion,
  doubtAboutOthers,
  type OtherPhase,
  type ReplacedVersion,
  replacedVersion,
} from '../target/replaced-version.ts';

/** Everything on record that decides to which version a rollback would go back. */
export type GoingBack = {
  readonly phase: number;
  /** The runbook's tag. */
  readonly target: string;
  /** The version whose rollback is judged; null: none was prepared or deployed yet. */
  readonly version: string | null;
  readonly preparation: Preparation | undefined;
  /** The newest deployments of the phase, the newest first. */
  readonly recent: readonly DeployedVersion[];
  /** The later phases whose code lies on the restored paths. */
  readonly others: readonly OtherPhase[];
  readonly blocks: readonly Block[];
  /** ISO 8601. A version that is only prepared is judged as if it were deployed now. */
  readonly now: string;
};

/**
 * Returns a sentence, without its full stop, with the version to which a rollback would go back as things are on record, and why it is not
 * the version before if it is the runbook's tag. The hosts' tags are judged by other lines, and again when the rollback is opened.
 */
export function goesBackTo(given: GoingBack): string {
  const found = replacedIn(given);
  return 'why' in found
    ? `A rollback would go back to ${given.target}, the runbook’s tag, because ${found.why}`
    : `A rollback would go back to ${found.deployed_as}, by its tag ${found.tag}`;
}

function replacedIn(given: GoingBack): ReplacedVersion | { readonly why: string } {
  const { phase, blocks, others } = given;
  const recent = withPrepared(given);
  const undone = recent.find(({ version }) => version === given.version) ?? null;
  const found = replacedVersion({ phase, undone, recent, blocks });
  if ('why' in found) return found;
  const why = doubtAboutOthers(found, others);
  return why === undefined ? found : { why };
}

/** Returns the deployments as they would be if a version that is only prepared were deployed now. */
function withPrepared({ preparation, recent, now }: GoingBack): readonly DeployedVersion[] {
  if (!preparation || deploymentAfter(preparation, recent)) return recent;
  const { version, state, tag, commit, prepared_at } = preparation;
  return [{ version, at: now, prepared: { state, tag, commit, ...(prepared_at ? { prepared_at } : {}) } }, ...recent];
}

/** Returns the newest deployment of a prepared version since its preparation began; undefined: there is none. */
export const deploymentAfter = <Deployed extends { readonly version: string; readonly at: string }>(
  preparation: Pick<Preparation, 'version' | 'begun_at'> | undefined,
  recent: readonly Deployed[],
): Deployed | undefined =>
  recent.find(
    ({ version, at }) => version === preparation?.version && Date.parse(at) > Date.parse(preparation.begun_at),
  );
