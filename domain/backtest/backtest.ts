import type { SessionsOf } from '../calendar/sessions.ts';
import { decide, type Verdict } from '../decision/decide.ts';
import { limitOf } from '../decision/limits.ts';
import type { Situation } from '../decision/situation.ts';
import type { Environment } from '../infra/environment.ts';
import type { Triggers } from '../infra/triggers-file.ts';
import { newQuestion } from '../question/question.ts';
import { isWorse, type Severity } from '../severity.ts';
import type { Trigger } from '../trigger.ts';
import type { Evaluation } from './alarm-past.ts';
import { alarmsOf, assessedAt, type Change, changesOf } from './changes.ts';
import { inSession } from './in-session.ts';
import { endOf, type MetricPast } from './stretch.ts';

/** A deployment of a phase; `at` is ISO 8601. */
export type PastDeployment = { readonly phase: number; readonly version: string; readonly at: string };

/** The past of an environment: what a backtest runs on. */
export type Past = {
  readonly metrics: readonly MetricPast[];
  /** Oldest first. */
  readonly deployments: readonly PastDeployment[];
};

/** The present rules, which a backtest applies to the past. */
export type BacktestRules = {
  readonly triggers: Triggers;
  readonly environment: Pick<Environment, 'brakes' | 'questions' | 'limits'>;
  readonly phases: readonly BacktestPhase[];
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
};

export type BacktestPhase = {
  readonly phase: number;
  readonly rollback_safe: boolean;
  /** One sentence per forbidden pair of code and flag that a host could come to; absent: none. */
  readonly forbidden?: readonly string[];
  /** Minutes that a rollback of the phase is expected to take; a question leaves that much of its limit. */
  readonly expected_minutes: number;
};

/**
 * The result that the product would have reached by itself. `acted`: it rolled back. `asked`: it asked people. `left alone`: it
 * ended without either. `possible`: the data are coarser than the alarm's period, so nobody can say.
 */
export const outcomes = ['acted', 'asked', 'left alone', 'possible'] as const;
export type Outcome = (typeof outcomes)[number];

/** One rollback that would have begun. */
export type BacktestCase = {
  readonly phase: number;
  readonly trigger: Trigger;
  /** The alarm's variant; null: the trigger has one alarm. */
  readonly variant: string | null;
  /** ISO 8601: the alarm's change of state. */
  readonly at: string;
  /** ISO 8601: the end of the time in which other alarms of the phase would have joined it. */
  readonly until: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  /** The verdict in words: `act`, `ask confirm`, `end Deferred to next release`. */
  readonly verdict: string;
  readonly why: readonly string[];
  /** The verdict if nobody had answered by the question's deadline; null: nothing would have been asked. */
  readonly unanswered: string | null;
  /** Number of further alarms that would have joined. */
  readonly joined: number;
};

/**
 * Runs the past through the evaluation of alarms and through decide(), as with `trust: auto`. Returns every rollback that
 * would have begun, in the order of time.
 *
 * The past shows no effect of a rollback that was not made: its alarms stayed red as long as they really did. So a rollback
 * is taken to be open until all alarms of its phase are green, and at most until its severity's limit.
 */
export function backtest(past: Past, rules: BacktestRules, evaluation: Evaluation): BacktestCase[] {
  const end = past.metrics.flatMap(({ stretches }) => stretches.map(endOf)).reduce((a, b) => Math.max(a, b), 0);
  const all = rules.phases.flatMap((phase) => {
    const changes = changesOf(past.metrics, alarmsOf(rules.triggers, phase.phase), evaluation);
    return casesOf({ past, rules, phase }, inSession(changes, rules.sessionsOf?.(phase.phase), end));
  });
  return all.toSorted((a, b) => a.at.localeCompare(b.at) || a.phase - b.phase);
}

type Subject = { readonly past: Past; readonly rules: BacktestRules; readonly phase: BacktestPhase };

function casesOf(subject: Subject, changes: readonly Change[]): BacktestCase[] {
  const cases: BacktestCase[] = [];
  for (const [index, change] of changes.entries()) {
    const { triggers } = subject.rules.triggers;
    if (!starts(change, triggers[change.trigger].when_blind)) continue;
    const open = cases.at(-1);
    const decided = judge(subject, changes.slice(index), cases);
    // A worse alarm is decided on its own severity, as if it had come first.
    const joins = open !== undefined && change.at < Date.parse(open.until);
    if (!joins) cases.push(decided);
    else if (isWorse(decided.severity, open.severity) && open.outcome !== 'acted')
      cases[cases.length - 1] = { ...decided, joined: open.joined + 1 };
    else cases[cases.length - 1] = { ...open, joined: open.joined + 1 };
  }
  return cases;
}

/** The rules of EventBridge that start a phase's machine (cdk/phase-rule.ts). */
const starts = ({ state }: Change, when_blind: string) =>
  state === 'ALARM' || (state === 'INSUFFICIENT_DATA' && when_blind !== 'ignore');

/** Decides on the first of these changes. The others show how long alarms of the phase stay red. */
function judge(subject: Subject, changes: readonly Change[], earlier: readonly BacktestCase[]): BacktestCase {
  const [change] = changes as [Change, ...Change[]];
  const { rules, phase } = subject;
  const at = new Date(change.at).toISOString();
  const situation = situationOf(subject, change, earlier);
  const verdict = decide(situation);
  const { severity } = situation;
  const limit = limitOf({ severity, start_time: at }, [], rules.environment.limits).at;
  const asked = 'ask' in verdict ? unanswered(subject, { situation, kind: verdict.ask, limit }, changes) : null;
  const until = asked ? asked.deadline : 'act' in verdict ? Math.min(greenFrom(changes), Date.parse(limit)) : change.at;
  return {
    phase: phase.phase,
    trigger: change.trigger,
    variant: change.alarm.variant ?? null,
    at,
    until: new Date(until).toISOString(),
    severity,
    outcome: outcomeOf(verdict, change.possible),
    verdict: verdictWords(verdict),
    why: verdict.why,
    unanswered: asked ? verdictWords(asked.verdict) : null,
    joined: 0,
  };
}

function situationOf({ past, rules, phase }: Subject, change: Change, earlier: readonly BacktestCase[]): Situation {
  const at = new Date(change.at).toISOString();
  const since = change.breach?.from ?? at;
  const deployment = past.deployments.findLast((one) => one.phase === phase.phase && one.at <= at) ?? null;
  const before = past.deployments.findLast((one) => one.phase === phase.phase && one.at <= since) ?? null;
  const calendar = rules.sessionsOf?.(phase.phase);
  const { severity, blind, doubts } = assessedAt(past.metrics, rules.triggers, change, {
    deployment: before,
    calendar,
  });
  const acted = earlier.filter(({ outcome }) => outcome === 'acted');
  const aDayBefore = new Date(change.at - dayMilliseconds).toISOString();
  return {
    started_by: 'alarm',
    severity,
    blind,
    doubts,
    when_blind: rules.triggers.triggers[change.trigger].when_blind,
    trust: 'auto',
    start_time: at,
    deployment,
    rollback_safe: phase.rollback_safe,
    forbidden: phase.forbidden,
    pause: null, // brakes of the past are no rule of the present
    rollbacks: acted.filter((one) => one.at >= aDayBefore).length,
    last_ended_at: acted.at(-1)?.until ?? null,
    unanswered: null,
    environment: rules.environment,
    calendar,
  };
}

const dayMilliseconds = 24 * 3600_000;

type Asked = {
  readonly situation: Situation;
  readonly kind: Exclude<Extract<Verdict, { ask: unknown }>['ask'], undefined>;
  readonly limit: string;
};

/** Returns the verdict at the deadline of a question that nobody answered, and the deadline in epoch milliseconds. */
function unanswered({ rules, phase }: Subject, { situation, kind, limit }: Asked, changes: readonly Change[]) {
  const question = {
    rollback: '',
    number: 1,
    phase: phase.phase,
    kind,
    severity: situation.severity,
    why: [],
    asked_at: situation.start_time,
    approvers: 1,
    limit,
    expected_minutes: phase.expected_minutes,
  };
  const deadline = Date.parse(newQuestion(question, rules.environment.questions).deadline);
  const [first] = changes;
  const alarm = changes.findLast((one) => one.at <= deadline && one.alarm === first?.alarm)?.state ?? 'ALARM';
  return { deadline, verdict: decide({ ...situation, unanswered: { kind, alarm } }) };
}

/** Returns the instant from which no alarm that turned red among these changes is red; infinity: some stay red. */
function greenFrom(changes: readonly Change[]): number {
  const red = new Set<Change['alarm']>();
  for (const { alarm, state, at } of changes) {
    if (state === 'OK') red.delete(alarm);
    else red.add(alarm);
    if (red.size === 0) return at;
  }
  return Number.POSITIVE_INFINITY;
}

function outcomeOf(verdict: Verdict, possible: boolean): Outcome {
  if ('end' in verdict) return 'left alone';
  if (possible) return 'possible';
  return 'act' in verdict ? 'acted' : 'asked';
}

const verdictWords = (verdict: Verdict): string =>
  'act' in verdict ? 'act' : 'ask' in verdict ? `ask ${verdict.ask}` : `end ${verdict.end}`;
