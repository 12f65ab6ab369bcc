import type { Block } from '../../domain/brakes/brakes.ts';
import type { UndoneVersion } from '../../domain/brakes/undone-versions.ts';
import type { Ending } from '../../domain/ending.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { DeploymentMarks } from '../stores/deployment-marks.ts';

export type BlockUndoneDeps = {
  readonly blocks: Pick<BrakesStore, 'set'>;
  readonly marks: DeploymentMarks;
};
type Ended = {
  readonly rollback: { readonly id: string; readonly execution_arn: string };
  readonly ending: Ending;
  /** ISO 8601. */
  readonly at: string;
};

/**
 * Blocks the versions that a rollback undid, so that no rollback restores them until a person unblocks them. Reconcile writes
 * that into the history of the brakes, because a rollback must end while the history is down.
 *
 * A repeat changes nothing, also after a person has unblocked the version: the deployment says which rollback has blocked it.
 * A block that a person set in the same place stays.
 */
export async function blockUndone(
  { blocks, marks }: BlockUndoneDeps,
  { rollback, ending, at }: Ended,
  undone: readonly UndoneVersion[],
): Promise<void> {
  const { id, execution_arn: by } = rollback;
  const stopped = ending === 'Needs a person';
  const why = stopped
    ? ({ reason: 'its rollback stopped in the middle', stopped } as const)
    : { reason: 'it was rolled back' };
  for (const { phase, version, deployed_at } of undone) {
    const stored = await marks.at(phase, deployed_at);
    if (stored?.rolled_back?.rollback === id) continue;
    const block: Block = { phase, version, operator: null, rollback: id, ...why, at, by };
    await blocks.set('block', block);
    await marks.mark(phase, deployed_at, { rolled_back: { rollback: id, at } });
  }
}
