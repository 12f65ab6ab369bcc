import type { RemoteAccount } from './account.ts';
import { newestRollback, type PersonsRequest } from './request.ts';
import type { StoryAction } from './story.ts';

/** Returns what a person asks a state machine for with this action: an answer, an annotation or a review; else undefined. */
export async function requestOf(
  account: RemoteAccount,
  { at, answer, annotate, review }: StoryAction,
  arnOf: (machine: string) => string,
): Promise<PersonsRequest | undefined> {
  const given = answer ?? annotate ?? review;
  if (!given) return undefined;
  const { phase, as, refused, ...fields } = given;
  const rollback = phase === undefined ? given.rollback : await newestRollback(account, arnOf(`phase-${phase}`));
  const who = `of ${given.operator} at ${at} s`;
  const common = { input: { ...fields, rollback }, as, refused };
  if (answer) return { machine: 'decide', what: `the answer ${answer.answer} ${who}`, ...common };
  return annotate
    ? { machine: 'annotate', what: `the annotation ${who}`, ...common }
    : { machine: 'review', what: `the review ${who}`, ...common };
}
