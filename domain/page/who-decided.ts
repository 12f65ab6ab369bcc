import type { QuestionRecord } from '../history/question-record.ts';
import type { RollbackRecord } from '../history/record.ts';
import { asSentence, cut } from './shown.ts';

/** Returns who decided to roll back or not, one sentence each. Texts are plain, not HTML. */
export function whoDecided(record: RollbackRecord): string[] {
  const { questions, alarm, decided, review } = record;
  const answered = questions.flatMap(ofQuestion);
  // A hand-over asks what to do next; whether to roll back was decided before. The rules decide a question that no person answered.
  const isPersons = questions.some(
    ({ kind, outcome, answers }) => kind !== 'hand-over' && (outcome === null || answers.length > 0),
  );
  const rules = decided ? 'The rules of this product, without a person.' : 'Nobody yet.';
  const start = alarm ? (isPersons ? [] : [rules]) : [byHand(record)];
  const reviewed = review
    ? [
        review.verdict === null
          ? `Nobody has reviewed it yet; due by ${review.due}.`
          : `${review.reviewer} (claimed), ${verified(review.principal)}, reviewed it: ${review.verdict}. ${review.reason ?? ''}`,
      ]
    : [];
  return [...start, ...answered, ...reviewed];
}

const byHand = ({ operator, principal, reason }: RollbackRecord) =>
  `${operator ?? 'A person without a name'} (claimed), ${verified(principal)}, started it by hand${reason === null ? '' : `: ${reason}`}`;

/** Characters of a question's reasons beside its answer; the section "Decision" has all. */
const mostReason = 250;

function ofQuestion({ number, kind, why, answers, outcome, settled_by }: QuestionRecord): string[] {
  const asked = why.length === 0 ? '' : ` "${cut(why.join(' '), mostReason)}"`;
  const given = answers.map(
    ({ answer, operator, principal, reason, at }) =>
      `Question ${number} (${kind}):${asked} ${operator ?? 'a start by hand'} (claimed), ${verified(principal)}, answered ${answer} at ${at}${reason ? `: ${reason}` : ''}`,
  );
  if (outcome === null)
    return [...given, `${given.length > 0 ? 'Not decided yet' : 'Nobody yet'}: question ${number} (${kind}) is open.`];
  return given.length > 0 ? given : [`Question ${number} (${kind}):${asked} ${asSentence(settled_by ?? outcome)}`];
}

/** A claimed name is what a person typed; the verified one is the identity that CloudTrail recorded. */
const verified = (principal: string | null) =>
  principal === null ? 'identity not verified' : `verified as ${shortPrincipal(principal)}`;

/** `arn:aws:iam::111122223333:user/ana` -> `user/ana`; a role's session keeps role and session. */
export const shortPrincipal = (arn: string): string => arn.split(':').slice(5).join(':') || arn;
