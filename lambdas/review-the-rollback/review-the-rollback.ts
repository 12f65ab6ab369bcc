import {
  parseReview,
  reviewedEvent,
  reviewNumber,
  reviewRefusal,
  reviewStanding,
} from '../../domain/afterwards/review.ts';
import { ReviewRefused } from '../../domain/errors.ts';
import type { Chain, RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { ReviewRecord } from '../../domain/history/review-record.ts';
import type { History } from '../stores/history.ts';
import type { Reviews } from '../stores/reviews.ts';
import { appendSealed } from '../stores/seal.ts';

export type ReviewTheRollbackDeps = {
  readonly history: History;
  readonly reviews: Reviews;
  readonly now: () => number;
};
export type ReviewRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
export type ReviewResult = { readonly rollback: string; readonly review: ReviewRecord; readonly chain: Chain };

/**
 * Adds a second person's judgement to the history of an automatic rollback, and seals it again. A repeat by the same
 * execution returns the same review.
 *
 * Throws ReviewRefused with what is wrong, or with who reviewed when; nothing is changed then.
 */
export async function reviewTheRollback(
  { history, reviews, now }: ReviewTheRollbackDeps,
  { execution }: ReviewRequest,
): Promise<ReviewResult> {
  const input = parseReview(execution.input);
  const { rollback } = input;
  const before = await history.events(rollback);
  const record = before.length > 0 ? recordOf(before) : undefined;
  const gave = before.some(({ type, detail }) => type === 'Reviewed' && detail['by'] === execution.id);
  const review = record?.review;
  const why = gave ? whyVoid(before, review, execution.id) : reviewRefusal(input, record);
  if (why !== undefined || !review) throw new ReviewRefused(why);
  const at = new Date(now()).toISOString();
  const numbered = { number: reviewNumber(before, review), by: execution.id, at };
  const chain = await appendSealed(history, rollback, at, reviewedEvent(input, numbered));
  const after = recordOf(await history.events(rollback));
  // Of two reviews at once the history has taken one. The other is refused as if it had come later.
  if (after.review?.by !== execution.id) throw new ReviewRefused(reviewRefusal(input, after));
  // Reconcile removes the item if this fails: the review counts, whatever the state table says.
  await reviews.close({ rollback, due: after.review.due }).catch(() => {});
  return { rollback, review: after.review, chain };
}

/** Returns why the review that this execution gave before does not count; undefined if it counts. */
const whyVoid = (events: readonly RollbackEvent[], review: ReviewRecord | null | undefined, by: string) =>
  review?.by === by ? undefined : `${reviewStanding(events)} Nothing was changed.`;
