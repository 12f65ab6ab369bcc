import { nextAfterQuestion } from '../../domain/decision/after-question.ts';
import { limitOf } from '../../domain/decision/limits.ts';
import { worstAlarm } from '../../domain/decision/worst-alarm.ts';
import { endOf, type Happened } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { decisionSentence } from '../../domain/question/answer-rules.ts';
import { type Decision, type Resolution, resolve } from '../../domain/question/resolution.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { Policy, Rollback } from '../middleware/payload.ts';
import { checkNotActed } from '../operations/check-open.ts';
import {
  type CheckedQuestion,
  type CheckedQuestionDeps,
  decideNext,
  readQuestion,
} from '../operations/checked-question.ts';
import {
  beginNow,
  type Decided,
  type DecideRollbackDeps,
  decideNow,
  standDownNow,
} from '../operations/decide-rollback.ts';
import { type ReportPassedOverDeps, reportPassedOver } from '../operations/report-passed-over.ts';
import { worstState } from '../operations/worst-state.ts';
import type { QuestionId } from '../stores/questions.ts';

export type ReadTheDecisionDeps = DecideRollbackDeps &
  CheckedQuestionDeps &
  ReportPassedOverDeps & { readonly alarms: Alarms; readonly environment: string };
export type ReadRequest = {
  readonly rollback: Rollback;
  readonly question: Pick<QuestionId, 'number'>;
  readonly policy: Policy;
};
/** The next thing to do. `rollback` has the deadline that counts from here on. */
export type ReadResult = Omit<Decided, 'deadline'> & { readonly rollback: Rollback };

type Settled = Extract<Resolution, { state: 'decided' }>;

/**
 * Reads how a question was decided, and returns what to do now. Once the deadline is over, stores that nobody answered:
 * of that and an answer, the one stored first counts. Calling it again returns the same.
 *
 * Decisions that no execution gave are passed over and reported. If that cannot be found out, the question stays open until
 * its deadline, and then needs a person. A machine that was woken too early gets the same question again.
 */
export async function readTheDecision(deps: ReadTheDecisionDeps, request: ReadRequest): Promise<ReadResult> {
  const { rollback, question } = request;
  await checkNotActed(deps, rollback);
  const asked = await readQuestion(deps, { rollback: rollback.id, number: question.number });
  if (!asked) throw new Error(`Rollback ${rollback.id} has no question ${question.number}.`);
  const known = await decideNext(deps, asked, (one) =>
    resolve(one.decisions, one.question, deps.now()).state === 'lapsed' ? atDeadline(one, deps.now()) : undefined,
  );
  await reportPassedOver(deps, known);
  const resolution = resolve(known.decisions, known.question, deps.now());
  if (resolution.state !== 'decided') return sameQuestion(deps, rollback, known);
  const chain = await deps.history.append(rollback.id, settled(known, resolution));
  const record = recordOf(await deps.history.events(rollback.id));
  const deadline = limitOf(worstAlarm(record), [], deps.settings.limits).at;
  const decided = await act(deps, request, { known, resolution, record });
  return {
    decision: decided.decision,
    question: decided.question ?? null,
    problem: decided.problem ?? null,
    chain: decided.chain ?? chain,
    rollback: { ...rollback, deadline },
  };
}

/** Returns the question that is still open, for the machine to wait again. */
async function sameQuestion(
  { history }: ReadTheDecisionDeps,
  rollback: Rollback,
  { question }: CheckedQuestion,
): Promise<ReadResult> {
  return { decision: 'ask', question, problem: null, chain: endOf(await history.events(rollback.id)), rollback };
}

/** Begins the rollback, ends it, or decides once more with what is known now. */
async function act(
  deps: ReadTheDecisionDeps,
  { rollback, policy }: ReadRequest,
  {
    known,
    resolution,
    record,
  }: { readonly known: CheckedQuestion; readonly resolution: Settled; readonly record: RollbackRecord },
): Promise<Pick<Decided, 'decision'> & Partial<Decided>> {
  const { kind } = known.question;
  const next = nextAfterQuestion(kind, resolution.outcome);
  const why = `${decisionSentence(known, resolution)}.`;
  if ('act' in next) {
    const blocked = await blockedNow(deps, rollback, policy);
    if (blocked) return { decision: 'Needs a person', problem: `${why} ${blocked}` };
    return { decision: 'act', chain: await beginNow(deps, rollback, why) };
  }
  if ('end' in next && next.end !== 'Needs a person')
    return { decision: next.end, chain: await standDownNow(deps, rollback, next.end, why) };
  if ('decide' in next && kind !== 'hand-over') {
    const unanswered = next.decide === 'nobody answered' ? { kind, alarm: await worstState(deps, record) } : null;
    return decideNow(deps, { rollback, policy }, { unanswered });
  }
  return { decision: 'Needs a person', problem: why };
}

/**
 * Returns why the answer rolls nothing back; null if the version to restore is not blocked. An answer is no `unblock`. If the
 * brakes cannot be read, the rollback begins, and its first step waits for them.
 */
async function blockedNow({ brakes }: ReadTheDecisionDeps, rollback: Rollback, { restores }: Policy) {
  if (restores === undefined) return null;
  const found = await brakes(rollback.phase).catch(() => null);
  return found && blockedTarget(found.blocks, rollback, restores);
}

/** Returns what is decided at the deadline. An item whose execution cannot be seen may be an answer or a forgery. */
function atDeadline({ unknown }: CheckedQuestion, now: number): Decision {
  const at = new Date(now).toISOString();
  return unknown.length === 0 ? { type: 'nobody answered', at } : { type: 'not proved', passes: unknown, at };
}

const settled = (known: CheckedQuestion, resolution: Settled): Happened => ({
  id: `question-settled/${known.question.number}`,
  type: 'Question settled',
  at: resolution.at,
  detail: {
    number: known.question.number,
    outcome: resolution.outcome,
    by: decisionSentence(known, resolution),
    decided_by: known.proofs.slice(0, known.decisions.indexOf(resolution.by) + 1),
  },
});
