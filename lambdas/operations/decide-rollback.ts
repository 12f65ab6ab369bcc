import type { Assessment } from '../../domain/alarm/assessment.ts';
import { decide, type Verdict } from '../../domain/decision/decide.ts';
import { expectedMinutes, limitOf } from '../../domain/decision/limits.ts';
import type { Unanswered } from '../../domain/decision/situation.ts';
import { type WorstAlarm, worstAlarm } from '../../domain/decision/worst-alarm.ts';
import { type Chain, endOf, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { remainingOf } from '../../domain/plan/plan.ts';
import { newQuestion, type Question } from '../../domain/question/question.ts';
import type { Policy } from '../middleware/payload.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { pauseIn } from '../stores/pause.ts';
import type { Questions } from '../stores/questions.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import { type EndingDeps, endWithoutActing, type IdleEnding } from './end-without-acting.ts';
import { situationOf } from './read-situation.ts';

/** What of the environment file decides whether a rollback begins. */
export type Settings = Pick<Environment, 'trust' | 'brakes' | 'questions' | 'limits' | 'confirm'>;

export type DecidingDeps = EndingDeps & {
  readonly deployments: Deployments;
  readonly recentRollbacks: RecentRollbacks;
  readonly pause: ReturnType<typeof pauseIn>;
  readonly questions: Questions;
  readonly settings: Settings;
};

/** A rollback that is decided on, and what the files say of it. */
export type Deciding = {
  readonly rollback: { readonly id: string; readonly phase: number };
  readonly policy: Policy;
};

export type Decided = {
  readonly decision: 'act' | 'ask' | 'Needs a person' | IdleEnding;
  /** What people are asked; null: nothing. */
  readonly question: Question | null;
  /** Why it needs a person. */
  readonly problem: string | null;
  /** ISO 8601: when the rollback must be over. */
  readonly deadline: string;
  readonly chain: Chain;
};

/** Which decision of a rollback it is, from 1; what else is told with it; and when the rollback must be over. */
type Telling = { readonly number: number; readonly told: readonly Happened[]; readonly limit: string };

/**
 * Decides whether a rollback begins, is asked about, or ends here, and writes that down. Asked again, it answers the same.
 *
 * `assessment`: how bad its alarm is, on the first time. `unanswered`: the question that nobody has answered.
 */
export async function decideNow(
  deps: DecidingDeps,
  deciding: Deciding,
  { assessment = null, unanswered = null }: { assessment?: Assessment | null; unanswered?: Unanswered | null },
): Promise<Decided> {
  const { rollback } = deciding;
  const events = await deps.history.events(rollback.id);
  const record = recordOf(events);
  const judged = worstAlarm(record, assessment ?? record.assessment);
  const limit = limitOf(judged, [], deps.settings.limits).at;
  const at = new Date(deps.now()).toISOString();
  const assessed: Happened[] = assessment
    ? [{ id: 'severity-assessed', type: 'Severity assessed', at, detail: { ...assessment, deadline: limit } }]
    : [];
  const number = record.questions.length + 1;
  const earlier = await decidedEarlier(deps, rollback, events, { number, told: assessed, limit });
  if (earlier) return earlier;
  const started_by = record.alarm === null ? 'person' : 'alarm';
  const verdict = decide(await situationOf(deps, deciding, judged, started_by, unanswered));
  if ('ask' in verdict) {
    const why = [...becauseOf(record, judged), ...verdict.why];
    return asked(deps, deciding, { ...verdict, why }, judged.severity, { number, told: assessed, limit });
  }
  const told = [...assessed, decidedEvent(number, verdict, at)];
  if ('act' in verdict) {
    await deps.recentRollbacks.begin(rollback.phase, rollback.id, record.start_time);
    return answered('act', limit, await deps.history.append(rollback.id, ...told));
  }
  if (verdict.end === 'Needs a person')
    return needsAPerson(verdict.why, limit, await deps.history.append(rollback.id, ...told));
  return answered(verdict.end, limit, await endWithoutActing(deps, rollback, verdict.end, ...told));
}

/** What made it as bad as it is, where that is not the alarm that it began with. */
const becauseOf = ({ trigger, joined }: RollbackRecord, judged: WorstAlarm): string[] =>
  judged.trigger === trigger
    ? []
    : joined
        .filter((one) => one.trigger === judged.trigger)
        .map((one) => `${one.trigger} joined, ${one.severity}: alarm ${one.alarm}, since ${one.changed_at}.`);

/** A rollback that people have decided on begins. */
export async function beginNow(
  { recentRollbacks, history, now }: DecidingDeps,
  { id, phase }: Deciding['rollback'],
  why: string,
): Promise<Chain> {
  const { start_time, questions } = recordOf(await history.events(id));
  await recentRollbacks.begin(phase, id, start_time);
  const verdict: Verdict = { act: true, why: [why] };
  return history.append(id, decidedEvent(questions.length + 1, verdict, new Date(now()).toISOString()));
}

/** A rollback that people have decided against ends. */
export async function standDownNow(
  deps: DecidingDeps,
  rollback: Deciding['rollback'],
  ending: 'Stood down' | 'Fix forward',
  why: string,
): Promise<Chain> {
  const { questions } = recordOf(await deps.history.events(rollback.id));
  const at = new Date(deps.now()).toISOString();
  const verdict: Verdict = { end: ending, why: [why] };
  return endWithoutActing(deps, rollback, ending, decidedEvent(questions.length + 1, verdict, at));
}

const answered = (decision: Decided['decision'], deadline: string, chain: Chain): Decided => ({
  decision,
  question: null,
  problem: null,
  deadline,
  chain,
});

const needsAPerson = (why: readonly string[], limit: string, chain: Chain): Decided => ({
  ...answered('Needs a person', limit, chain),
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

/** An earlier call has decided and died; what it stored stands. */
async function decidedEarlier(
  deps: DecidingDeps,
  { id, phase }: Deciding['rollback'],
  events: readonly RollbackEvent[],
  { number, told, limit }: Telling,
): Promise<Decided | undefined> {
  const question = (await deps.questions.read({ rollback: id, number }))?.question;
  if (question) return askedNow(deps, question, { told, limit });
  const { decision, why } = (events.find((one) => one.id === `decided/${number}`)?.detail ?? {}) as {
    readonly decision?: Exclude<Decided['decision'], 'ask'>;
    readonly why?: readonly string[];
  };
  if (decision === undefined) return undefined;
  if (decision === 'act') return answered(decision, limit, endOf(events));
  if (decision === 'Needs a person') return needsAPerson(why ?? [], limit, endOf(events));
  return answered(decision, limit, await endWithoutActing(deps, { id, phase }, decision));
}

/** The question is stored first: what is stored once is what is asked, however often this is called. */
async function asked(
  deps: DecidingDeps,
  { rollback, policy }: Deciding,
  { ask: kind, why }: Extract<Verdict, { ask: string }>,
  severity: WorstAlarm['severity'],
  { number, told, limit }: Telling,
): Promise<Decided> {
  const { questions, settings, now } = deps;
  const asking = {
    rollback: rollback.id,
    phase: rollback.phase,
    number,
    kind,
    severity,
    why,
    asked_at: new Date(now()).toISOString(),
    approvers: policy.approvers,
    limit,
    expected_minutes: expectedMinutes(remainingOf(policy, settings.confirm, [])),
  };
  return askedNow(deps, await questions.ask(newQuestion(asking, settings.questions)), { told, limit });
}

async function askedNow(
  { history }: DecidingDeps,
  question: Question,
  { told, limit }: Pick<Telling, 'told' | 'limit'>,
): Promise<Decided> {
  const { rollback, number, kind, why, asked_at: at } = question;
  const decided = decidedEvent(number, { ask: kind as Extract<Verdict, { ask: string }>['ask'], why }, at);
  const asked: Happened = { id: `question-asked/${number}`, type: 'Question asked', at, detail: question };
  return { ...answered('ask', limit, await history.append(rollback, ...told, decided, asked)), question };
}
