import { beforeMachine, phaseOptions, phaseWords } from '../phases.ts';
import { type AnswerInput, pasteable, type Refused } from './answer.ts';
import { answersOf, begins, needsReason, type Question, questionTexts, whyNot } from './question.ts';
import {
  type Decision,
  decidingAnswers,
  type GivenAnswer,
  type Outcome,
  principalOf,
  type Resolution,
  resolve,
} from './resolution.ts';

/** A question with all decisions about it so far. */
export type Asked = { readonly question: Question; readonly decisions: readonly Decision[] };

/** `own`: the answer that the same execution has given already. */
type AskedBefore = Asked & { readonly own?: Decision | undefined };

/**
 * Finds the question to which an answer belongs: that of the rollback and with the number that it names, or the only open one.
 *
 * Without an open question it is the newest decided one, so that a late person learns the decision.
 * Returns a refusal if several questions are open, or if there is none, or if the answer may be meant for another question
 * than the open one. `now` is in milliseconds since 1970.
 */
export function findQuestion<One extends AskedBefore>(
  input: Pick<AnswerInput, 'answer' | 'rollback' | 'question'>,
  asked: readonly One[],
  now: number,
): One | Refused {
  const { answer, rollback } = input;
  const repeated = asked.find(({ own }) => own);
  if (repeated) return repeated;
  const named = asked.filter(({ question }) => rollback === null || question.rollback === rollback);
  const isOpen = ({ question, decisions }: Asked) => resolve(decisions, question, now).state !== 'decided';
  const open = named.filter(isOpen);
  if (open.length > 1)
    return refused(
      `${open.length} questions are open; name the rollback: ${open.map((one) => howTo(answer, one)).join(' or ')}`,
    );
  const found = open[0] ?? named.toSorted(byAskedAt).at(-1);
  if (found) return withNumber(input, { found, asked: named, now });
  const others = asked
    .filter(isOpen)
    .map((one) => one.question.rollback)
    .join(', ');
  return refused(
    rollback === null
      ? 'No question is open, and none was asked recently'
      : `Rollback ${rollback} has no question${others === '' ? '' : `; rollbacks with an open question: ${others}`}`,
  );
}

/** Returns the question with the number that the answer names, or why `found`, the open or newest one, is not answered. */
function withNumber<One extends Asked>(
  { answer, question: number }: Pick<AnswerInput, 'answer' | 'question'>,
  { found, asked, now }: { readonly found: One; readonly asked: readonly One[]; readonly now: number },
): One | Refused {
  const { question } = found;
  const isOpen = resolve(found.decisions, question, now).state === 'open';
  if (number === question.number) return found;
  // Hand-overs follow one another, so an answer without a number may be meant for the one before.
  if (number === null)
    return question.kind === 'hand-over' && isOpen && answersOf(question).includes(answer)
      ? refused(
          `${openNow(question)}. If ${answer} is for question ${question.number}, give its number: ${pasteable(answer, question)}`,
        )
      : found;
  const meant = asked.find((one) => one.question.rollback === question.rollback && one.question.number === number);
  if (meant && !isOpen) return meant;
  const resolution = meant && resolve(meant.decisions, meant.question, now);
  const why =
    meant && resolution?.state === 'decided'
      ? `is decided: ${decisionSentence(meant, resolution)}`
      : number < question.number
        ? 'is over'
        : 'was not asked';
  return refused(
    `Question ${number} of rollback ${question.rollback} ${why}. ${isOpen ? `${openNow(question)}. ` : ''}Read it before you answer: npm run rollback -- show ${question.rollback}`,
  );
}

/** Returns, in words, the question that is open and what it is about. */
const openNow = ({ rollback, number, kind, stopped }: Question) =>
  `Question ${number} of rollback ${rollback} is open now: ${stopped ? `it stopped at "${stopped.state}"` : questionTexts[kind]}`;

const byAskedAt = (a: Asked, b: Asked) => Date.parse(a.question.asked_at) - Date.parse(b.question.asked_at);
const howTo = (answer: AnswerInput['answer'], { question }: Asked) =>
  `${pasteable(answer, question)} (${phaseWords(question)})`;

/**
 * Checks an answer against the question and its decisions so far. Returns the answer to write, or a refusal.
 *
 * A retry of the same execution (`by`, its ARN) returns the answer that it already gave (`own`, `already`). If another
 * decision is written before this answer, read the decisions again and call this again.
 */
export function checkAnswer(
  { question, decisions, own }: Asked & { readonly own?: Decision | undefined },
  input: Pick<GivenAnswer, 'answer' | 'operator' | 'reason' | 'hosts'>,
  { by, at }: { readonly by: string; readonly at: string },
): GivenAnswer | { readonly already: GivenAnswer } | Refused {
  const already = own ?? decisions.find((one) => one.type === 'answer' && one.by === by);
  if (already?.type === 'answer') return { already };
  const { answer, operator, reason, hosts } = input;
  const why = refusal({ question, decisions }, input, Date.parse(at));
  if (why !== undefined) return refused(why);
  return { type: 'answer', by, answer, operator, reason, ...(hosts ? { hosts } : {}), at };
}

function refusal(
  { question, decisions }: Asked,
  { answer, reason }: Pick<GivenAnswer, 'answer' | 'reason'>,
  now: number,
): string | undefined {
  const resolution = resolve(decisions, question, now);
  const { kind, deadline, at_deadline, rollback, stopped } = question;
  if (resolution.state === 'decided')
    return `The question is decided: ${decisionSentence({ question, decisions }, resolution)}. ${afterDecision(question, resolution.outcome)}`;
  if (now > Date.parse(deadline))
    return `The deadline was ${deadline}. ${at_deadline} ${kind === 'hand-over' ? afterHandOver(question) : instead(question)}`;
  const known = answersOf(question);
  const senseless = stopped && whyNot(answer, stopped);
  if (!known.includes(answer))
    return `${answer} does not answer this question of rollback ${rollback}${senseless ? `, because ${senseless}` : ''}; use one of ${known.join(', ')}: ${pasteable(known[0] ?? answer, question)}`;
  if (needsReason(answer) && reason === null) return `${answer} needs a reason: ${pasteable(answer, question)}`;
  return undefined;
}

/** Returns what a person can do who comes after a decision. */
function afterDecision(question: Question, outcome: Outcome): string {
  if (question.kind === 'hand-over') return afterHandOver(question);
  return begins(outcome) ? holdBack(question) : instead(question);
}

/** Returns a question's status in a sentence, for the person who has just answered it and for reminders. */
export function questionStatus(asked: Asked, now: number): string {
  const resolution = resolve(asked.decisions, asked.question, now);
  if (resolution.state === 'decided') return `The question is decided: ${decisionSentence(asked, resolution)}.`;
  if (resolution.state === 'lapsed') return `The deadline was ${asked.question.deadline}.`;
  const { answer, missing, approved_by } = resolution;
  const { approvers, kind, deadline } = asked.question;
  if (approvers === 1 || (kind === 'hand-over' && approved_by.length === 0))
    return `The question is open until ${deadline}.`;
  return `The question is open until ${deadline}: ${answer} needs ${missing} more verified ${missing === 1 ? 'person' : 'people'}; approved so far: ${approved_by.join(', ') || 'nobody'}.`;
}

/** Returns, in words, the person, alarm or deadline that decided a question, with the decision and its instant. */
export function decisionSentence(
  { question, decisions }: Asked,
  { by, outcome }: Extract<Resolution, { state: 'decided' }>,
) {
  switch (by.type) {
    case 'nobody answered':
      return `nobody had answered by ${question.deadline}. ${question.at_deadline}`.replace(/\.$/, '');
    case 'not proved':
      return `Step Functions had not shown by ${by.at} who gave ${by.passes.join(', ')}, so no answer counts`;
    case 'alarm joined':
      return `the alarm ${by.alarm}, ${by.severity}, ${outcome === 'rollback' ? 'decided for rollback' : 'replaced the question'} at ${by.at}`;
    case 'critical waits':
      return `a CRITICAL rollback or alarm has waited since before ${by.at} (${by.by}), so the question is asked again with five minutes to answer`;
    case 'answer':
      return `${who(by, decisions)} answered ${by.answer}${forHosts(by)} at ${by.at}${by.reason === null ? '' : `: ${by.reason}`}`;
    case 'verified': {
      const given = decidingAnswers(decisions, by);
      const [first] = given;
      const reason = first && needsReason(first.answer) ? `: ${first.reason}` : '';
      return `${given.map((one) => who(one, decisions)).join(' and ')} answered ${first ? `${first.answer}${forHosts(first)}` : 'rollback'}, the last verified at ${by.at}${reason}`;
    }
  }
}

/** " (host-3)" after the answer that leaves hosts out. */
const forHosts = ({ hosts }: GivenAnswer) =>
  hosts ? ` (${hosts.slice(0, 10).join(', ')}${hosts.length > 10 ? ', …' : ''})` : '';
/** Names the person, with the principal if it is verified by now: the sentence is stored and not updated later. */
const who = ({ operator, by }: GivenAnswer, decisions: readonly Decision[]) => {
  const principal = principalOf(decisions, by);
  return `${operator ?? 'somebody'}${principal ? ` (${principal})` : ''}`;
};
/** A rollback of several phases has a machine of its own, whose input names the lowest phase. */
const instead = ({ phase, phases }: Question) =>
  phases
    ? `To roll back anyway, start the machine ${beforeMachine} with {"before": ${phase}}, or: npm run rollback -- start ${phaseOptions({ phase, phases })}`
    : `To roll back anyway, start phase ${phase}'s machine with {}`;
const afterHandOver = ({ rollback }: Question) =>
  `Read what the rollback does now: npm run rollback -- show ${rollback}; see docs/runbook.md#hand-over`;
const holdBack = ({ phase, phases, rollback }: Question) =>
  `To stop it anyway, stop execution ${rollback} of ${phases ? `the machine ${beforeMachine}` : `phase ${phase}'s machine`}; see docs/runbook.md#needs-a-person`;
const refused = (why: string): Refused => ({ refused: `${why}. Nothing was changed.` });
