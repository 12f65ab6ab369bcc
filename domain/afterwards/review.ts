import { ReviewRefused } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import type { Happened, RollbackEvent } from '../history/event.ts';
import { type RollbackRecord, recordOf } from '../history/record.ts';
import { type ReviewRecord, verdicts } from '../history/review-record.ts';
import { yourName, yourReason } from '../placeholder.ts';

/** A second person's judgement of an automatic rollback: the input of the review machine. */
export type ReviewInput = {
  readonly rollback: string;
  /** The name that the reviewer gives: a claim. */
  readonly operator: string;
  readonly verdict: NonNullable<ReviewRecord['verdict']>;
  readonly reason: string;
};

const longest = { rollback: 80, operator: 100, verdict: 10, reason: 500 } as const;

/** Parses the review machine's input. Throws ReviewRefused with the first mistake and an input that works. */
export function parseReview(input: unknown): ReviewInput {
  const { line, oneOf } = fieldsOf(input, Object.keys(longest), malformed);
  return {
    rollback: line('rollback', longest.rollback),
    operator: line('operator', longest.operator),
    verdict: oneOf('verdict', verdicts),
    reason: line('reason', longest.reason),
  };
}

type Judged = Pick<
  RollbackRecord,
  'mode' | 'alarm' | 'decided' | 'fence' | 'severity' | 'questions' | 'operator' | 'review' | 'ending'
>;

/**
 * Returns why nobody needs to review a rollback; undefined if a second person must.
 *
 * A review is approval afterwards: of a CRITICAL rollback that an alarm started, and that acted before any person had
 * answered *rollback*. It acts from the taking of the fleet on.
 */
export function whyNoReview({ mode, alarm, decided, fence, severity, questions }: Judged): string | undefined {
  if (mode !== 'live') return mode === 'simulate' ? 'it was a drill' : 'it was only planned';
  if (alarm === null) return 'a person started it';
  if (decided?.decision !== 'act' || fence === null) return 'it did not act';
  if (severity !== 'CRITICAL') return `it was ${severity}, and only CRITICAL acts without an answer of a person`;
  const approved = questions.some(
    ({ outcome, answers }) => outcome === 'rollback' && answers.some(({ answer }) => answer === 'rollback'),
  );
  return approved ? 'a person answered rollback before it acted' : undefined;
}

/** Returns by when a rollback that ends at `at` (ISO 8601) must be reviewed; undefined if it needs no review. */
export const reviewDue = (record: Judged, at: string, withinSeconds: number): string | undefined =>
  whyNoReview(record) === undefined ? new Date(Date.parse(at) + withinSeconds * 1000).toISOString() : undefined;

/**
 * Returns why a review is refused; undefined if it counts. `record` is undefined for an unknown rollback.
 *
 * The name is a claim. A reviewer who proves to be the verified starter is found out later: withReview().
 */
export function reviewRefusal({ rollback, operator }: ReviewInput, record: Judged | undefined): string | undefined {
  const why = refusal(operator, record);
  return why === undefined ? undefined : `Rollback ${rollback} ${why}. Nothing was changed.`;
}

function refusal(operator: string, record: Judged | undefined): string | undefined {
  if (!record) return 'does not exist';
  if (record.ending === null) return 'has not ended; review it after its end';
  const { review } = record;
  if (review === null)
    return `needs no review: ${whyNoReview(record) ?? 'it ended before this environment asked for reviews'}`;
  if (review.verdict !== null) return reviewedAlready(review);
  if (record.operator !== null && sameName(record.operator, operator))
    return `was started by ${record.operator}; another person must review it`;
  return undefined;
}

const reviewedAlready = ({ reviewer, principal, verdict, at, reason }: ReviewRecord) =>
  `was reviewed by ${reviewer}${principal ? ` (${principal})` : ''} at ${at}: ${verdict}, ${reason}`;
const sameName = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();

/** Returns the number of the review that is open or was given last: the first, or one more per review that did not count. */
export const reviewNumber = (events: readonly RollbackEvent[], { verdict }: Pick<ReviewRecord, 'verdict'>): number =>
  events.filter(({ type }) => type === 'Reviewed').length + (verdict === null ? 1 : 0);

/**
 * Returns the event of a review. Its id is the review's number, so of two reviews at once the history takes one.
 *
 * `by`: the execution that gives the review.
 */
export const reviewedEvent = (
  { verdict, operator, reason }: ReviewInput,
  { number, by, at }: { readonly number: number; readonly by: string; readonly at: string },
): Happened => ({ id: `reviewed/${number}`, type: 'Reviewed', at, detail: { verdict, operator, reason, by } });

/** An open review, as the state table has it for Reconcile. */
export type OpenReview = {
  readonly rollback: string;
  readonly phase: number;
  /** ISO 8601: the rollback's end. */
  readonly since: string;
  /** ISO 8601. */
  readonly due: string;
  /** The newest call to people, in percent of the time; 0: none yet. */
  readonly told: number;
};

/** Returns the open review of a rollback; undefined if it needs none or has it. */
export function openReviewOf({ rollback_id, phase, completion_time, review }: RollbackRecord): OpenReview | undefined {
  if (review === null || review.verdict !== null || completion_time === null) return undefined;
  return { rollback: rollback_id, phase, since: completion_time, due: review.due, told: 0 };
}

/** The names of the messages about a review, by the percent of its time. */
export const reviewMessages = { 50: 'review-50', 80: 'review-80', 100: 'review-overdue' } as const;

/** Returns a message's name. A review that did not count is followed by one with a number: `review-50-2`. */
export const reviewMessageOf = (percent: keyof typeof reviewMessages, number: number): string =>
  number === 1 ? reviewMessages[percent] : `${reviewMessages[percent]}-${number}`;

/** Returns the state of an open review, in a sentence for reminders. */
export function reviewStanding(events: readonly RollbackEvent[]): string {
  const { principal } = recordOf(events);
  const last = events.findLast(({ type }) => type === 'Reviewed');
  return last === undefined
    ? 'Nobody has reviewed this automatic rollback.'
    : `The review by ${last.detail['operator']} does not count, because ${principal} started the rollback: another person must review it.`;
}

/** Returns the review machine's inputs to paste, one line each. */
export const pasteableReviews = (rollback: string): string =>
  verdicts.map((verdict) => JSON.stringify({ verdict, operator: yourName, reason: yourReason, rollback })).join('\n');

/** Returns the commands that review a rollback, one line each. */
export const reviewCommands = (rollback: string, environment: string): string =>
  verdicts
    .map((verdict) =>
      [
        `npm run rollback -- review ${rollback} --verdict ${verdict} --operator "${yourName}" --reason "${yourReason}"`,
        ...(environment === 'local' ? [] : [`--environment ${environment}`]),
      ].join(' '),
    )
    .join('\n');

const malformed = (wrong: string) =>
  new ReviewRefused(
    `A review looks like {"rollback": "ID", "operator": "ana", "verdict": "right", "reason": "rows were corrupt"}; ${wrong}. Nothing was changed.`,
  );
