import { type Block, brakeSentence, holding } from '../brakes/brakes.ts';
import { type OfPhases, phasesOf } from '../phases.ts';
import { yourName, yourReason } from '../placeholder.ts';
import { environmentWords } from './execution-place.ts';

/**
 * Returns who blocked the version that a rollback would restore, when and why, with the command that ends the block; null if
 * nothing blocks it. `target`: the tag to restore; undefined: the rollback restores no code.
 */
export function blockedTarget(
  blocks: readonly Block[],
  rollback: OfPhases & { readonly execution_arn: string | null },
  target: string | undefined,
): string | null {
  const ofTarget = blocks.filter(({ version }) => version === target);
  const [block] = phasesOf(rollback).flatMap((phase) => holding(ofTarget, phase) ?? []);
  if (!block) return null;
  const ofPhase = block.phase ? ` --phase ${block.phase}` : '';
  return `${brakeSentence('block', block)} No rollback restores it until a person unblocks it: npm run rollback -- unblock --version ${block.version}${ofPhase} --operator "${yourName}" --reason "${yourReason}"${environmentWords(rollback.execution_arn)}`;
}
