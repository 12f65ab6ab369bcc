import { counted } from '../counted.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { UsualTimes } from './facts.ts';
import { minutesWords } from './shown.ts';

/** When a rollback is expected to be over, and why; or how long it took, compared with others. Texts are plain. */
export type Eta = { readonly at: string | null; readonly says: readonly string[] };

/**
 * Returns when a rollback is expected to be over, from earlier rollbacks and from the newest drill. `at`: by earlier rollbacks,
 * else by the drill; null: neither is known, or the rollback has ended or waits for people, whose time nobody knows.
 */
export function etaOf(
  { start_time, ending, questions, duration_minutes, phases }: RollbackRecord,
  { rollbacks, drill }: UsualTimes,
): Eta {
  // One rollback of several phases takes longer than one of a phase.
  if (phases) return { at: null, says: ['No earlier time is known: this rollback undoes several phases.'] };
  const took = duration_minutes === null ? [] : [`This one took ${minutesWords(duration_minutes)}.`];
  const usual =
    rollbacks === null
      ? 'Earlier rollbacks: too few of this phase and severity have ended.'
      : `The last ${counted(rollbacks.rollbacks, 'rollback')} of this phase and severity: half took at most ${minutesWords(rollbacks.p50)}, 95 % at most ${minutesWords(rollbacks.p95)}.`;
  const drilled =
    drill === null
      ? 'Drills: none of this phase has passed.'
      : `The newest drill that passed (${drill.at.slice(0, 10)}) expected ${minutesWords(drill.minutes)} from the first step to the end.`;
  const minutes = rollbacks?.p95 ?? drill?.minutes;
  const waits = questions.some(({ outcome }) => outcome === null);
  const isKnown = ending === null && !waits && minutes !== undefined;
  return {
    at: isKnown ? new Date(Date.parse(start_time) + minutes * 60_000).toISOString() : null,
    says: [...took, usual, drilled],
  };
}
