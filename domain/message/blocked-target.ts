import { type Block, blocksOf, brakeSentence } from '../brakes/brakes.ts';
import { yourName, yourReason } from '../placeholder.ts';
import { environmentWords } from './execution-place.ts';

/**
 * Returns who blocked the versions that a rollback would restore, when and why, each with the command that ends the block; null
 * if nothing blocks them. `targets`: one per phase that restores code.
 */
export function blockedTarget(
  blocks: readonly Block[],
  targets: readonly Parameters<typeof blocksOf>[1][],
  execution_arn: string | null,
): string | null {
  const held = new Set(targets.flatMap((target) => blocksOf(blocks, target)));
  return held.size === 0 ? null : [...held].map((block) => sentence(block, execution_arn)).join(' ');
}

function sentence(block: Block, execution_arn: string | null): string {
  const ofPhase = block.phase ? ` --phase ${block.phase}` : '';
  return `${brakeSentence('block', block)} No rollback restores it until a person unblocks it: npm run rollback -- unblock --version ${block.version}${ofPhase} --operator "${yourName}" --reason "${yourReason}"${environmentWords(execution_arn)}`;
}
