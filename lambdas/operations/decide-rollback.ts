import type { Assessment } from '../../domain/alarm/assessment.ts';
import type { Verdict } from '../../domain/decision/decide.ts';
import { expectedMinutes, limitOf } from '../../domain/decision/limits.ts';
import { reconcileOperator, type StartedBy, type Unanswered } from '../../domain/decision/situation.ts';
import { type WorstAlarm, worstAlarm } from '../../domain/decision/worst-alarm.ts';
import { type Chain, endOf, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { remainingOf } from '../../domain/plan/plan.ts';
import { drillReason, newQuestion, type Question } from '../../domain/question/question.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Questions } from '../stores/questions.ts';
import { type BeginRollbackDeps, decideAndBegin, storeBeginning } from './begin-rollback.ts';
import { type EndWithoutActingDeps, endWithoutActing, type IdleEnding } from './end-without-acting.ts';
import { type SituationDeps, type DecisionSubject as SubjectOfSituation, situationOf } from './read-situation.ts';

export type DecideRollbackDeps = EndWithoutActingDeps &
  SituationDeps &
  BeginRollbackDeps & { readonly questions: Questions };

/** A rollback to decide on: its execution is there. */
type DecisionSubject = SubjectOfSituation & { readonly rollback: { readonly execution_arn: string } };

export type Decided = {
  readonly decision: 'act' | 'ask' | 'Needs a person' | IdleEnding;
  /** The question to ask people; null if the decision is not `ask`. */
  readonly question: Question | null;
  /** Why the rollback needs a person; null for every other decision. */
  readonly problem: string | null;
  /** ISO 8601: when the rollback must be over. */
  readonly deadline: string;
  readonly chain: Chain;
};

type DecisionBasis = {
  readonly assessment?: Assessment | null;
  readonly unanswered?: Unanswered | null;
  readonly opened?: readonly RollbackEvent[] | undefined;
};

/** Position, preceding events and limit of a decision on record. */
type Recording = {
  /** Number of the decision within its rollback, from 1. */
  readonly number: number;
  /** Events to append before the decision's own. */
  readonly earlier: readonly Happened[];
  /** ISO 8601: when the rollback must be over. */
  readonly limit: string;
};

/**
 * Decides whether a rollback begins, asks people first, or ends here, and records the decision. Calling it again
 * returns the same decision.
 *
 * `assessment`: the severity of its alarm, on the first call. `unanswered`: the question whose deadline passed without
 * an answer. `opened`: the chain of a rollback that the caller has just opened, so that no decision is stored yet.
 */
export async function decideNow(
  deps: DecideRollbackDeps,
  subject: DecisionSubject,
  { assessment = null, unanswered = null, opened }: DecisionBasis,
): Promise<Decided> {
  const { rollback } = subject;
  const events = opened ?? (await deps.history.events(rollback.id));
  const record = recordOf(events);
  const judged = worstAlarm(record, assessment ?? record.assessment);
  const limit = limitOf(judged, [], deps.settings.limits).at;
  const at = new Date(deps.now()).toISOString();
  const earlier: Happened[] = assessment
    ? [{ id: 'severity-assessed', type: 'Severity assessed', at, detail: { ...assessment, deadline: limit } }]
    : [];
  const recording: Recording = { number: numberOf(record), earlier, limit };
  const stored = opened ? undefined : await storedDecision(deps, rollback, events, recording);
  if (stored) return stored;
  const of = { started_by: starterOf(record), only_hosts: record.only_hosts, unanswered };
  const verdict = await decideAndBegin(deps, rollback, record, await situationOf(deps, subject, judged, of));
  if ('ask' in verdict) {
    const why = [...becauseOf(record, judged), ...verdict.why];
    const { severity, witness } = judged;
    return ask(deps, subject, { kind: verdict.ask, why, severity, ill: witness?.only }, recording);
  }
  const happened = [...earlier, decidedEvent(recording.number, verdict, at)];
  if ('act' in verdict) return decided('act', limit, await deps.history.append(rollback.id, ...happened));
  if (verdict.end === 'Needs a person')
    return needsAPerson(verdict.why, limit, await deps.history.append(rollback.id, ...happened));
  return decided(verdict.end, limit, await endWithoutActing(deps, rollback, verdict.end, ...happened));
}

/** Returns the number of the next decision: that of an open question, which an earlier call asked before it died. */
const numberOf = ({ questions }: RollbackRecord): number =>
  questions.find(({ outcome }) => outcome === null)?.number ?? questions.length + 1;

/** A person who gave Reconcile's name could only be asked more. */
function starterOf({ alarm, operator }: RollbackRecord): StartedBy {
  if (alarm !== null) return 'alarm';
  return operator === reconcileOperator ? 'reconcile' : 'person';
}

/** Returns the sentences that name the joined alarm that is worse than the alarm that started the rollback, if any. */
const becauseOf = ({ trigger, joined }: RollbackRecord, judged: WorstAlarm): string[] =>
  judged.trigger === trigger
    ? []
    : joined
        .filter((one) => one.trigger === judged.trigger)
        .map((one) => `${one.trigger} joined, ${one.severity}: alarm ${one.alarm}, since ${one.changed_at}.`);

/** Records that a rollback begins because people decided so: the cap on automation does not count it. */
export async function beginNow(
  { recentRollbacks, history, now }: DecideRollbackDeps,
  rollback: DecisionSubject['rollback'],
  why: string,
): Promise<Chain> {
  const { id } = rollback;
  const { start_time, questions } = recordOf(await history.events(id));
  await storeBeginning({ recentRollbacks }, rollback, { start_time, by: 'person' });
  const verdict: Verdict = { act: true, why: [why] };
  return history.append(id, decidedEvent(questions.length + 1, verdict, new Date(now()).toISOString()));
}

/** Ends a rollback because people decided against it. */
export async function standDownNow(
  deps: DecideRollbackDeps,
  rollback: DecisionSubject['rollback'],
  ending: 'Stood down' | 'Fix forward',
  why: string,
): Promise<Chain> {
  const { questions } = recordOf(await deps.history.events(rollback.id));
  const at = new Date(deps.now()).toISOString();
  const verdict: Verdict = { end: ending, why: [why] };
  return endWithoutActing(deps, rollback, ending, decidedEvent(questions.length + 1, verdict, at));
}

const decided = (decision: Decided['decision'], deadline: string, chain: Chain): Decided => ({
  decision,
  question: null,
  problem: null,
  deadline,
  chain,
});

const needsAPerson = (why: readonly string[], limit: string, chain: Chain): Decided => ({
  ...decided('Needs a person', limit, chain),
  problem: why.join(' '),
});

const decidedEvent = (number: number, verdict: Verdict, at: string): Happened => ({
  id: `decided/${number}`,
  type: 'Decided',
  at,
  detail: {
    decision: inWords(verdict),
    why: verdict.why,
    ...('end' in verdict && verdict.would ? { would: inWords(verdict.would) } : {}),
  },
});

const inWords = (verdict: Verdict): string => {
  if ('act' in verdict) return 'act';
  return 'ask' in verdict ? `ask ${verdict.ask}` : verdict.end;
};

/** Returns the decision that an earlier call stored before it died, and completes its records; undefined if none is. */
async function storedDecision(
  deps: DecideRollbackDeps,
  rollback: DecisionSubject['rollback'],
  events: readonly RollbackEvent[],
  { number, earlier, limit }: Recording,
): Promise<Decided | undefined> {
  const question = (await deps.questions.read({ rollback: rollback.id, number }))?.question;
  if (question) return recordQuestion(deps, question, { earlier, limit });
  const { decision, why } = (events.find((one) => one.id === `decided/${number}`)?.detail ?? {}) as {
    readonly decision?: Exclude<Decided['decision'], 'ask'>;
    readonly why?: readonly string[];
  };
  if (decision === undefined) return undefined;
  if (decision === 'act') return decided(decision, limit, endOf(events));
  if (decision === 'Needs a person') return needsAPerson(why ?? [], limit, endOf(events));
  return decided(decision, limit, await endWithoutActing(deps, rollback, decision));
}

/** Stores the question before the event, so that a repeat asks the stored question. */
async function ask(
  deps: DecideRollbackDeps,
  { rollback, policy }: DecisionSubject,
  { kind, why, severity, ill }: Pick<Question, 'severity' | 'why' | 'ill'> & { readonly kind: AskedKind },
  { number, earlier, limit }: Recording,
): Promise<Decided> {
  const { questions, settings, now } = deps;
  const asking = {
    rollback: rollback.id,
    phase: rollback.phase,
    number,
    kind,
    severity,
    why,
    ...(ill ? { ill } : {}),
    asked_at: new Date(now()).toISOString(),
    approvers: policy.approvers,
    limit,
    expected_minutes: expectedMinutes(remainingOf(policy, settings.confirm, [])),
  };
  return recordQuestion(deps, await questions.ask(newQuestion(asking, settings.questions)), { earlier, limit });
}

/**
 * Asks people in a drill, as a HIGH alarm does, with the deadline of the drill's own severity. Calling it again returns the
 * same question.
 */
export const askInDrill = (
  deps: DecideRollbackDeps,
  subject: DecisionSubject,
  { severity, limit }: { readonly severity: Severity; readonly limit: string },
): Promise<Decided> =>
  ask(deps, subject, { kind: 'confirm', severity, why: [drillReason] }, { number: 1, earlier: [], limit });

type AskedKind = Extract<Verdict, { ask: string }>['ask'];

async function recordQuestion(
  { history }: DecideRollbackDeps,
  question: Question,
  { earlier, limit }: Pick<Recording, 'earlier' | 'limit'>,
): Promise<Decided> {
  const { rollback, number, kind, why, asked_at: at } = question;
  const decision = decidedEvent(number, { ask: kind as AskedKind, why }, at);
  const asked: Happened = { id: `question-asked/${number}`, type: 'Question asked', at, detail: question };
  return { ...decided('ask', limit, await history.append(rollback, ...earlier, decision, asked)), question };
}
