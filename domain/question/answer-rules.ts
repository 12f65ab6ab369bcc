import { type AnswerInput, pasteable, type Refused } from './answer.ts';
import { type Answer, answersTo, type Question } from './question.ts';
import { type Decision, type GivenAnswer, personOf, principalOf, type Resolution, resolve } from './resolution.ts';

/** A question with all that was written about it so far. */
export type Asked = { readonly question: Question; readonly decisions: readonly Decision[] };

/**
 * The question that an answer means: the one it names, or the only one that is open. Where none is open, the newest
 * that is decided, so that who is late hears who decided what.
 */
export function findQuestion({ answer, rollback }: AnswerInput, asked: readonly Asked[], now: number): Asked | Refused {
  const named = asked.filter(({ question }) => rollback === null || question.rollback === rollback);
  const open = named.filter(({ question, decisions }) => resolve(decisions, question, now).state !== 'decided');
  if (open.length > 1)
    return refused(
      `${open.length} questions are open; name the rollback: ${open.map((one) => howTo(answer, one)).join(' or ')}`,
    );
  const meant = open[0] ?? named.toSorted(byAsked).at(-1);
  if (meant) return meant;
  const others = asked.map(({ question }) => question.rollback).join(', ');
  return refused(
    rollback === null
      ? 'No question is open, and none was asked lately'
      : `Rollback ${rollback} has asked nothing${others === '' ? '' : `; these have: ${others}`}`,
  );
}

const byAsked = (a: Asked, b: Asked) => Date.parse(a.question.asked_at) - Date.parse(b.question.asked_at);
const howTo = (answer: Answer, { question: { rollback, phase } }: Asked) =>
  `${pasteable(answer, rollback)} (phase ${phase})`;

/**
 * The answer as it is to be written after the decisions there are, or why it does not count. An execution that asks
 * again is answered as it was the first time.
 *
 * Where something else was written meanwhile, read the decisions again and ask this again.
 */
export function checkAnswer(
  { question, decisions }: Asked,
  input: Pick<GivenAnswer, 'answer' | 'operator' | 'reason'>,
  { by, at }: { readonly by: string; readonly at: string },
): GivenAnswer | { readonly already: GivenAnswer } | Refused {
  const already = decisions.find((one) => one.type === 'answer' && one.by === by);
  if (already?.type === 'answer') return { already };
  const { answer, operator, reason } = input;
  const why = refusal({ question, decisions }, input, Date.parse(at));
  return why === undefined ? { type: 'answer', by, answer, operator, reason, at } : refused(why);
}

function refusal(
  { question, decisions }: Asked,
  { answer, reason }: Pick<GivenAnswer, 'answer' | 'reason'>,
  now: number,
): string | undefined {
  const resolution = resolve(decisions, question, now);
  const { kind, phase, deadline, at_deadline, rollback } = question;
  if (resolution.state === 'decided')
    return `It is decided: ${decisionSentence({ question, decisions }, resolution)}. ${resolution.outcome === 'rollback' ? holdBack(phase, rollback) : instead(phase)}`;
  if (now > Date.parse(deadline)) return `The deadline was ${deadline}. ${at_deadline} ${instead(phase)}`;
  if (!answersTo[kind].includes(answer))
    return `${answer} does not answer this question of rollback ${rollback}; ${answersTo[kind].join(', ')} do: ${pasteable(answersTo[kind][0] ?? answer, rollback)}`;
  if (answer === 'skip' && reason === null) return `skip needs a reason: ${pasteable('skip', rollback)}`;
  return undefined;
}

/** How a question stands, for the person who has just answered it and for those who are reminded. */
export function questionStatus(asked: Asked, now: number): string {
  const resolution = resolve(asked.decisions, asked.question, now);
  if (resolution.state === 'decided') return `It is decided: ${decisionSentence(asked, resolution)}.`;
  if (resolution.state === 'lapsed') return `The deadline was ${asked.question.deadline}.`;
  const { missing, approved_by } = resolution;
  if (asked.question.approvers === 1) return `It is open until ${asked.question.deadline}.`;
  return `It is open until ${asked.question.deadline}: rollback needs ${missing} more verified ${missing === 1 ? 'person' : 'people'}; approved so far: ${approved_by.join(', ') || 'nobody'}.`;
}

/** Who decided what and when, in words. */
export function decisionSentence(
  { question, decisions }: Asked,
  { by, outcome }: Extract<Resolution, { state: 'decided' }>,
) {
  switch (by.type) {
    case 'nobody answered':
      return `nobody had answered by ${question.deadline}. ${question.at_deadline}`.replace(/\.$/, '');
    case 'alarm joined':
      return `the alarm ${by.alarm}, ${by.severity}, ${outcome === 'rollback' ? 'answered rollback' : 'replaced the question'} at ${by.at}`;
    case 'answer':
      return `${who(by, decisions)} answered ${by.answer} at ${by.at}${by.reason === null ? '' : `: ${by.reason}`}`;
    case 'verified':
      return `${approvals(decisions)
        .map((one) => who(one, decisions))
        .join(' and ')} answered rollback, the last verified at ${by.at}`;
  }
}

/** The answers that counted: the first of each verified person. */
const approvals = (decisions: readonly Decision[]): GivenAnswer[] => {
  const people = new Map<string, GivenAnswer>();
  for (const one of decisions.filter(saysRollback)) {
    const principal = principalOf(decisions, one.by);
    if (principal !== null && !people.has(personOf(principal))) people.set(personOf(principal), one);
  }
  return [...people.values()];
};

const saysRollback = (one: Decision): one is GivenAnswer => one.type === 'answer' && one.answer === 'rollback';
/** With the principal where it is known by then; this is said at one moment and kept. */
const who = ({ operator, by }: GivenAnswer, decisions: readonly Decision[]) => {
  const principal = principalOf(decisions, by);
  return `${operator ?? 'somebody'}${principal ? ` (${principal})` : ''}`;
};
const instead = (phase: number) => `To roll back all the same, start phase ${phase}'s machine with {}`;
const holdBack = (phase: number, rollback: string) =>
  `To hold it back all the same, stop execution ${rollback} of phase ${phase}'s machine; see docs/runbook.md#needs-a-person`;
const refused = (why: string): Refused => ({ refused: `${why}. Nothing was changed.` });
