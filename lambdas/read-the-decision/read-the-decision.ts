import { nextAfterQuestion } from '../../domain/decision/after-question.ts';
import { limitOf } from '../../domain/decision/limits.ts';
import { fewToActOn, worstAlarm } from '../../domain/decision/worst-alarm.ts';
import { endOf } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { decisionSentence } from '../../domain/question/answer-rules.ts';
import { type Decision, type Resolution, resolve } from '../../domain/question/resolution.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { Policy, Rollback } from '../middleware/payload.ts';
import { type ActOnFewDeps, actOnFew } from '../operations/act-on-few.ts';
import { rollbackOver } from '../operations/check-open.ts';
import {
  type CheckedQuestion,
  type CheckedQuestionDeps,
  decideNext,
  readQuestion,
} from '../operations/checked-question.ts';
import { chosenPolicy } from '../operations/chosen-policy.ts';
import {
  beginNow,
  type Decided,
  type DecideRollbackDeps,
  decideNow,
  standDownNow,
} from '../operations/decide-rollback.ts';
import { isIdle } from '../operations/end-without-acting.ts';
import type { PutBackDeps } from '../operations/put-back-redeployed.ts';
import { type ReportPassedOverDeps, reportPassedOver } from '../operations/report-passed-over.ts';
import { worstState } from '../operations/worst-state.ts';
import type { ReachedEnding } from '../stores/endings.ts';
import type { QuestionId } from '../stores/questions.ts';
import { type AfterHandOver, type AfterHandOverDeps, afterHandOver, type Repeat } from './after-hand-over.ts';
import { settled, settleInDrill } from './settled.ts';
import { needless, nothingRuns, workDone } from './work-done.ts';

export type ReadTheDecisionDeps = DecideRollbackDeps &
  CheckedQuestionDeps &
  AfterHandOverDeps &
  ReportPassedOverDeps &
  ActOnFewDeps &
  PutBackDeps & { readonly alarms: Alarms; readonly environment: string };
export type ReadRequest = {
  readonly rollback: Rollback;
  readonly question: Pick<QuestionId, 'number'>;
} & ({ readonly policy: Policy } | MidwayOnly);

/** A machine that asks only in the middle of its rollback. `steps`: their names, in their order. */
type MidwayOnly = { readonly steps: readonly string[]; readonly policy?: undefined };
/** The next thing to do. `rollback` has the deadline that counts from here on. */
export type ReadResult = Omit<Decided, 'deadline' | 'decision'> & {
  readonly decision: Decided['decision'] | AfterHandOver['decision'] | 'drill';
  readonly rollback: Rollback;
  /** The state with which the machine goes on; null: the decision is not `resume`. */
  readonly resume: string | null;
  readonly repeat: Repeat | null;
};

type Settled = Extract<Resolution, { state: 'decided' }>;

const nothingToAsk = { question: null, problem: null, resume: null, repeat: null } as const;

/**
 * Reads how a question was decided, and returns what to do now. Once the deadline is over, stores that nobody answered:
 * of that and an answer, the one stored first counts. Calling it again returns the same.
 *
 * Decisions that no execution gave are passed over and reported. If that cannot be found out, the question stays open until
 * its deadline, and then needs a person. A machine that was woken too early gets the same question again.
 */
export async function readTheDecision(deps: ReadTheDecisionDeps, request: ReadRequest): Promise<ReadResult> {
  const { rollback, question } = request;
  const ended = await deps.endings.read(rollback.id);
  const asked = await readQuestion(deps, { rollback: rollback.id, number: question.number });
  const released = ended && !isIdle(ended.ending) ? await endedByRelease(deps, rollback, { ended, asked }) : undefined;
  if (!asked) throw new Error(`Rollback ${rollback.id} has no question ${question.number}.`);
  const known = await decideNext(deps, asked, (one) =>
    resolve(one.decisions, one.question, deps.now()).state === 'lapsed' ? atDeadline(one, deps.now()) : undefined,
  );
  await reportPassedOver(deps, known);
  const drill = await settleInDrill(deps, rollback.id, known);
  if (drill) return { ...nothingToAsk, decision: 'drill', chain: drill, rollback };
  const resolution = resolve(known.decisions, known.question, deps.now());
  if (resolution.state !== 'decided')
    return released ?? (await withoutQuestion(deps, rollback, known)) ?? sameQuestion(deps, rollback, known);
  const chain = await deps.history.append(rollback.id, settled(known, resolution));
  const record = recordOf(await deps.history.events(rollback.id));
  if (released) return { ...released, chain };
  const decided = await act(deps, await withChoice(deps, request), { known, resolution, record });
  const { decision, question: next = null, problem = null } = decided;
  const deadline = decision === 'resume' ? untilAfter(deps, record, resolution.at) : limitIn(deps, record);
  return {
    ...{ decision, question: next, problem, chain: decided.chain ?? chain },
    rollback: { ...rollback, deadline },
    ...{ resume: decided.resume ?? null, repeat: decided.repeat ?? null },
  };
}

/** Returns the request with what the opening chose and found out. */
async function withChoice({ scopes }: ReadTheDecisionDeps, request: ReadRequest): Promise<ReadRequest> {
  if (!request.policy) return request;
  return { ...request, policy: chosenPolicy(request.policy, (await scopes.read(request.rollback.id)) ?? {}) };
}

const limitIn = ({ settings }: ReadTheDecisionDeps, record: RollbackRecord) =>
  limitOf(worstAlarm(record), [], settings.limits).at;

/**
 * Returns the instant at which the waits of a resumed rollback end. Its limit is not moved, and may be over; but a person has
 * just decided that it goes on, so its waits end as long after that as after a start.
 */
function untilAfter(deps: ReadTheDecisionDeps, record: RollbackRecord, answered_at: string): string {
  const { severity } = worstAlarm(record);
  const anew = limitOf({ severity, start_time: answered_at }, [], deps.settings.limits).at;
  return anew > limitIn(deps, record) ? anew : limitIn(deps, record);
}

/**
 * Returns the end of a rollback whose fleet a person released during its hand-over. Throws RollbackOver if it ended in another
 * way: its execution was redriven.
 */
async function endedByRelease(
  { history }: Pick<ReadTheDecisionDeps, 'history'>,
  rollback: Rollback,
  { ended, asked }: { readonly ended: ReachedEnding; readonly asked: CheckedQuestion | undefined },
): Promise<ReadResult> {
  const isRelease = (item: Readonly<Record<string, unknown>>) =>
    item['type'] === 'answer' && /-release:[^:]+$/.test(String(item['by']));
  if (asked?.question.kind !== 'hand-over' || !asked.stored.some(({ item }) => isRelease(item)))
    throw rollbackOver(rollback, ended);
  return {
    ...{ decision: 'Needs a person', question: null, problem: ended.problem, rollback, resume: null, repeat: null },
    chain: endOf(await history.events(rollback.id).catch(() => [])),
  };
}

/** Returns the question that is still open, for the machine to wait again. */
async function sameQuestion(
  { history }: ReadTheDecisionDeps,
  rollback: Rollback,
  { question }: CheckedQuestion,
): Promise<ReadResult> {
  const chain = endOf(await history.events(rollback.id));
  return { decision: 'ask', question, problem: null, chain, rollback, resume: null, repeat: null };
}

/**
 * Ends a rollback whose question is open, if others have done its work and its alarms are green, or if its hosts are shut down and its
 * alarms need nothing; else undefined.
 */
async function withoutQuestion(
  deps: ReadTheDecisionDeps,
  rollback: Rollback,
  { question: { kind, number, ill } }: CheckedQuestion,
): Promise<ReadResult | undefined> {
  if (kind === 'hand-over') return undefined; // it has begun
  const events = await deps.history.events(rollback.id);
  const record = recordOf(events);
  const done = (await workDone(deps, rollback, record, ill)) ?? (await nothingRuns(deps, record, events));
  if (!done?.isSolved) return undefined;
  await deps.history.append(rollback.id, needless(number, done.why, new Date(deps.now()).toISOString()));
  const chain = await standDownNow(deps, rollback, 'Stood down', `${done.why}.`);
  return { decision: 'Stood down', question: null, problem: null, chain, rollback, resume: null, repeat: null };
}

/** Begins the rollback, ends it, or decides once more with what is known now. */
async function act(
  deps: ReadTheDecisionDeps,
  { rollback, ...request }: ReadRequest,
  {
    known,
    resolution,
    record,
  }: { readonly known: CheckedQuestion; readonly resolution: Settled; readonly record: RollbackRecord },
): Promise<Pick<ReadResult, 'decision'> & Partial<ReadResult>> {
  const { kind } = known.question;
  const { policy } = request;
  if (kind === 'hand-over')
    return afterHandOver(deps, known, {
      resolution,
      steps: policy ? policy.steps.map(({ name }) => name) : request.steps,
    });
  if (!policy) throw new Error(`The machine of ${rollback.id} asks nothing before it acts.`);
  const next = nextAfterQuestion(kind, resolution.outcome);
  const why = `${decisionSentence(known, resolution)}.`;
  const ill = 'decide' in next ? known.question.ill : undefined;
  const done = 'end' in next ? null : await workDone(deps, rollback, record, ill);
  if (done?.isSolved)
    return { decision: 'Stood down', chain: await standDownNow(deps, rollback, 'Stood down', `${why} ${done.why}.`) };
  if ('act' in next) {
    if (done)
      return {
        decision: 'Needs a person',
        problem: `${why} ${done.why}, and its alarms are not green. No host was touched.`,
      };
    const blocked = await blockedNow(deps, rollback, policy);
    if (blocked) return { decision: 'Needs a person', problem: `${why} ${blocked}` };
    // An alarm that joined is no person: under a cap, its rollback counts the hosts once more before it begins.
    if (resolution.by.type === 'alarm joined' && deps.settings.brakes.hosts)
      return decideNow(deps, { rollback, policy }, {});
    const few = next.few ? known.question.ill : resolution.by.type === 'alarm joined' && fewIn(deps, record);
    if (few) await actOnFew(deps, { rollback, few, witness: worstAlarm(record).witness });
    return { decision: 'act', chain: await beginNow(deps, rollback, why) };
  }
  if ('end' in next && next.end !== 'Needs a person')
    return { decision: next.end, chain: await standDownNow(deps, rollback, next.end, why) };
  if ('decide' in next) {
    const unanswered = next.decide === 'nobody answered' ? { kind, alarm: await worstState(deps, record) } : null;
    const decided = await decideNow(deps, { rollback, policy }, { unanswered });
    const few = decided.decision === 'act' && fewIn(deps, record);
    if (few) await actOnFew(deps, { rollback, few, witness: worstAlarm(record).witness });
    return decided;
  }
  return { decision: 'Needs a person', problem: why };
}

/** Returns the few hosts on which the rollback acts alone if no person decides; undefined: it acts on all. */
const fewIn = ({ settings }: ReadTheDecisionDeps, record: RollbackRecord) =>
  fewToActOn(record, settings.brakes.few_ill);

/**
 * Returns why the answer rolls nothing back; null if no version to restore is blocked. An answer is no `unblock`. If the
 * brakes cannot be read, the rollback begins, and its first step waits for them.
 */
async function blockedNow({ brakes }: ReadTheDecisionDeps, rollback: Rollback, { targets = [] }: Policy) {
  if (targets.length === 0) return null;
  const found = await brakes(rollback.phase).catch(() => null);
  return found && blockedTarget(found.blocks, targets, rollback.execution_arn);
}

/** Returns what is decided at the deadline. An item whose execution cannot be seen may be an answer or a forgery. */
function atDeadline({ unknown }: CheckedQuestion, now: number): Decision {
  const at = new Date(now).toISOString();
  return unknown.length === 0 ? { type: 'nobody answered', at } : { type: 'not proved', passes: unknown, at };
}
