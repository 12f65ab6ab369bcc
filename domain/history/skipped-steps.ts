import { type OfPhases, phasesOf } from '../phases.ts';
import { yourName, yourReason } from '../placeholder.ts';
import type { RollbackRecord } from './record.ts';

/** The first step of a phase that people skipped on every host: a rollback that begins there does it, and what comes after it. */
export type SkippedStep = { readonly phase: number; readonly step: string };

/** Returns the first skipped step of each phase of a rollback, in the order in which the phases are undone. */
export function skippedSteps(record: OfPhases & Pick<RollbackRecord, 'left_out'>): SkippedStep[] {
  const all = record.left_out.flatMap((one) => ('step' in one ? [partOf(one.step, record.phase)] : []));
  return phasesOf(record).flatMap((phase) => all.find((one) => one.phase === phase) ?? []);
}

/** Returns the phase and the step of an id, which names its phase in a rollback of several. */
function partOf(step: string, phase: number): SkippedStep {
  const [, of, name] = /^phase-(\d+)-(.+)$/.exec(step) ?? [];
  return of === undefined || name === undefined ? { phase, step } : { phase: Number(of), step: name };
}

/** Returns the commands that do what was skipped, one per phase, in the order in which to paste them. */
export const startCommandsForSkipped = (skipped: readonly SkippedStep[], environmentWords: string): string[] =>
  skipped.map(
    ({ phase, step }, index) =>
      `npm run rollback -- start --phase ${phase} --from ${step} --operator "${yourName}" --reason "${yourReason}"${index < skipped.length - 1 ? ' --no-wait' : ''}${environmentWords}`,
  );
