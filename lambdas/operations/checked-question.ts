import {
  type CheckedDecisions,
  checkDecisions,
  executionsNamed,
  firstFree,
  inOrder,
  type Proof,
  principalsIn,
  storedAt,
} from '../../domain/proof/checked-decisions.ts';
import type { ProofRules, SeenExecution } from '../../domain/proof/witnessed-answer.ts';
import type { Asked } from '../../domain/question/answer-rules.ts';
import { type Decision, resolve } from '../../domain/question/resolution.ts';
import type { SeeExecution } from '../clients/see-execution.ts';
import type { History } from '../stores/history.ts';
import type { QuestionId, Questions, StoredQuestion } from '../stores/questions.ts';

export type CheckedQuestionDeps = {
  readonly questions: Questions;
  readonly history: Pick<History, 'events'>;
  readonly seeExecution: SeeExecution;
  readonly proofRules: ProofRules;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** A question with the decisions that count, and with those that do not. */
export type CheckedQuestion = Asked & CheckedDecisions & StoredQuestion & { readonly proof: Proof };

export type CheckOptions = {
  /** Recognizes the decision of the execution that asks: it still runs. */
  readonly own?: (decision: Decision) => boolean;
  /** `once`: looks at each execution once; for a caller that comes again. */
  readonly looks?: 'once';
};

/**
 * An execution that gave an answer ends within a second, and Step Functions shows that some seconds later. The waits are
 * shorter than a function's timeout of 50 s, with three attempts of 5 s for the last look.
 */
const waits = [250, 500, 1000, 1000, 2000, 2000, 3000];
const longestMilliseconds = 12_000;

/**
 * Reads a question and checks its decisions against the executions that gave them. Looks again for some seconds until each
 * execution has ended, unless the question is decided before.
 */
export async function readQuestion(
  deps: CheckedQuestionDeps,
  id: QuestionId,
  options: CheckOptions = {},
): Promise<CheckedQuestion | undefined> {
  const asked = await deps.questions.read(id);
  return asked && checkQuestion(deps, asked, options);
}

/** The same for a question that is read already. */
export async function checkQuestion(
  deps: CheckedQuestionDeps,
  asked: StoredQuestion,
  { own, looks }: CheckOptions = {},
): Promise<CheckedQuestion> {
  const { proofRules: rules, now, sleep } = deps;
  const began = now();
  const seen = new Map<string, SeenExecution>();
  const verified = await verifiedPrincipals(deps, asked);
  const named = executionsNamed(asked.stored, rules);
  for (let look = 0; ; look += 1) {
    const wait = looks === 'once' || now() - began >= longestMilliseconds ? undefined : waits[look];
    const open = named.filter((arn) => hasNotEnded(seen.get(arn)));
    await Promise.all(open.map(async (arn) => seen.set(arn, await deps.seeExecution(arn))));
    const final = looks !== 'once' && wait === undefined;
    const checked = withChecks(asked, { rules, seen, verified, now: now(), final, ...(own ? { own } : {}) });
    const decided = resolve(checked.decisions, asked.question, now()).state === 'decided';
    if (decided || checked.unknown.length === 0 || wait === undefined) return checked;
    await sleep(wait);
  }
}

/**
 * Returns a question that is settled and acted on, with every decision as its item claims it: for the sentence that a late
 * person reads. Its executions may be older than Step Functions keeps them.
 */
export function settledQuestion(
  { proofRules: rules, now }: CheckedQuestionDeps,
  asked: StoredQuestion,
  own: (decision: Decision) => boolean,
): CheckedQuestion {
  const none = new Map<string, never>();
  const all = withChecks(asked, { rules, seen: none, verified: none, now: now(), final: false, own: () => true });
  return { ...all, own: all.decisions.find(own) };
}

const withChecks = (asked: StoredQuestion, proof: Proof): CheckedQuestion => ({
  ...asked,
  ...checkDecisions(asked.question, asked.stored, proof),
  proof,
});

const hasNotEnded = (seen: SeenExecution | undefined) =>
  seen === undefined || typeof seen === 'string' || seen.stopped_at === null;

/** Returns the principals in the history by execution. Read only if an item claims one. */
async function verifiedPrincipals(
  { history }: CheckedQuestionDeps,
  { question, stored }: StoredQuestion,
): Promise<ReadonlyMap<string, string>> {
  if (!stored.some(({ item }) => item['type'] === 'verified')) return new Map();
  return principalsIn(await history.events(question.rollback));
}

/**
 * Stores the decision that `next` returns for the decisions that count, and returns the question with all decisions.
 *
 * If another writer was faster, reads the decisions again and calls `next` again, so that concurrent writers are
 * ordered. `next` returns undefined if nothing is left to decide. 20 tries are more than the number of writers that
 * this product has.
 */
export async function decideNext(
  deps: CheckedQuestionDeps,
  asked: CheckedQuestion,
  next: (asked: CheckedQuestion) => Decision | undefined,
): Promise<CheckedQuestion> {
  let known = asked;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const decision = next(known);
    if (!decision) return known;
    if (await deps.questions.decide(known, decision)) return withDecision(known, decision);
    const { own } = known.proof;
    known = (await readQuestion(deps, known.question, own ? { own } : {})) ?? known;
  }
  const { rollback, number } = asked.question;
  throw new Error(
    `The decision on question ${number} of rollback ${rollback} could not be stored: 20 concurrent-write conflicts.`,
  );
}

/** Not read again: a later answer may be another one's that waits for this one to end. */
const withDecision = ({ question, stored, proof }: CheckedQuestion, decision: Decision): CheckedQuestion =>
  withChecks({ question, stored: inOrder([...stored, storedAt(firstFree(stored), decision)]) }, proof);
