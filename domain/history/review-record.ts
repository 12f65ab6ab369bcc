import { personOf } from '../question/resolution.ts';
import type { RollbackEvent } from './event.ts';

/** A second person's judgement: whether it was right to roll back without a question. */
export const verdicts = ['right', 'wrong'] as const;
type Verdict = (typeof verdicts)[number];

/** The review of a rollback that acted without a person's approval, in its RECORD. `verdict` is null until it is given. */
export type ReviewRecord = {
  /** ISO 8601: by when the review must be given. */
  readonly due: string;
  readonly verdict: Verdict | null;
  /** The name that the reviewer gave: a claim, kept apart from the principal. */
  readonly reviewer: string | null;
  /** ARN of the principal that gave the review, from CloudTrail; null: not known yet. */
  readonly principal: string | null;
  readonly reason: string | null;
  readonly at: string | null;
  /** ARN of the execution that gave the review. */
  readonly by: string | null;
};

const open = (due: string): ReviewRecord => ({
  due,
  verdict: null,
  reviewer: null,
  principal: null,
  reason: null,
  at: null,
  by: null,
});

/**
 * Applies an event to a record's review; null: the rollback needs none.
 *
 * A review by the verified starter of the rollback (`starter`, its principal) does not count: it is open again. The events
 * keep it.
 */
export function withReview(
  before: ReviewRecord | null,
  event: RollbackEvent,
  starter: string | null,
): ReviewRecord | null {
  const review = applied(before, event);
  if (!review?.principal || starter === null || personOf(review.principal) !== personOf(starter)) return review;
  return open(review.due);
}

function applied(review: ReviewRecord | null, { type, detail, at }: RollbackEvent): ReviewRecord | null {
  if (type === 'Rollback closed' && detail['review_due']) return open(String(detail['review_due']));
  if (review === null) return null;
  if (type === 'Reviewed') {
    const { verdict, operator, reason, by } = detail as {
      readonly verdict: Verdict;
      readonly operator: string;
      readonly reason: string;
      readonly by: string;
    };
    return { due: review.due, verdict, reviewer: operator, principal: null, reason, at, by };
  }
  if (type === 'Principal verified' && review.by !== null && review.by === detail['by'])
    return { ...review, principal: String(detail['principal']) };
  return review;
}
