import type { Happened } from '../../domain/history/event.ts';
import type { PassedOver } from '../../domain/proof/checked-decisions.ts';
import type { History } from '../stores/history.ts';
import type { QuestionId } from '../stores/questions.ts';

export type ReportPassedOverDeps = {
  readonly history: Pick<History, 'append'>;
  /** Counts, for the alarm on decisions that no execution gave. */
  readonly countPassedOver: () => Promise<void>;
  readonly now: () => number;
};

/**
 * Adds an event for each item that does not count, and turns the alarm red. Repeating it adds no event twice; an item that
 * was changed meanwhile is another one.
 */
export async function reportPassedOver(
  { history, countPassedOver, now }: ReportPassedOverDeps,
  {
    question: { rollback, number },
    passedOver,
  }: { readonly question: QuestionId; readonly passedOver: readonly PassedOver[] },
): Promise<void> {
  if (passedOver.length === 0) return;
  const at = new Date(now()).toISOString();
  await history.append(rollback, ...passedOver.map((one) => eventOf(number, one, at)));
  await countPassedOver().catch(() => {}); // the rollback goes on; its history has the event
}

const eventOf = (number: number, { says: why, ...item }: PassedOver, at: string): Happened => ({
  id: `decision-passed-over/${number}/${item.item}/${item.sha256}`,
  type: 'Decision passed over',
  at,
  detail: { number, ...item, why },
});
