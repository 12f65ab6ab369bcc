import type { Assessment } from '../../domain/alarm/assessment.ts';
import { isExpectedSilence } from '../../domain/calendar/expected-silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { isJoinable } from '../../domain/decision/joinable.ts';
import { limitOf } from '../../domain/decision/limits.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { asksAboutFew, removesTheObjection } from '../../domain/decision/worst-alarm.ts';
import type { Ending } from '../../domain/ending.ts';
import { HandedOver, StillDeciding } from '../../domain/errors.ts';
import type { Happened } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { includesPhases, lowestOf, phaseWords } from '../../domain/phases.ts';
import type { Asked } from '../../domain/question/answer-rules.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { Policy } from '../middleware/payload.ts';
import { chosenPolicy } from '../operations/chosen-policy.ts';
import { type CloseStoppedDeps, closeStopped } from '../operations/close-stopped.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import { appendSealed } from '../stores/seal.ts';
import { type JoinTheQuestionDeps, joinTheQuestion, newestQuestion } from './join-the-question.ts';
import { rollbackToJoin, statusOfLive } from './live-rollbacks.ts';
import { waitBehind } from './wait-behind.ts';

/** `first`: the execution has its phase for itself. Otherwise the execution has nothing to do and ends this way. */
export type Admission =
  | 'first'
  | Extract<Ending, 'Already handled' | 'Stale alarm ignored' | 'Market not open' | 'Joined the active rollback'>;

export type AdmissionDeps = CloseStoppedDeps &
  JoinTheQuestionDeps & {
    readonly alarms: Alarms;
    readonly environment: string;
    readonly statusOf: ExecutionStatus;
    /** Absent: no calendar, the market is always open. */
    readonly sessionsOf?: SessionsOf;
  };

/**
 * An event older than this is believed only if CloudWatch has the same change of state, to the instant. EventBridge
 * retries for hours, and a forged instant would choose which rows are cleared.
 */
const staleMilliseconds = 5 * 60_000;

/** An execution that asks to be admitted to its phase. */
export type Applicant = {
  readonly claim: Claim;
  readonly cause: RollbackCause;
  readonly phase: number;
  readonly fleet: string;
  readonly policy: Policy;
  /** The claim of the phase's live rollback, as the opening read it first; absent: it is read. */
  readonly claimed?: Promise<Claim | undefined>;
  /** Assesses the alarm's severity, only when it matters; null if a person started the execution. */
  readonly assessed: () => Promise<Assessment | null>;
  /** A venue of the phase is halted, and that may be all that is wrong. Absent: no. */
  readonly venueHalted?: boolean;
};

/**
 * Decides whether this execution acts, joins the live rollback of its phase, or has nothing to do. Calling it again
 * returns the same.
 *
 * One change of an alarm's state is handled once. A late event of an alarm that is green again is ignored. While a
 * rollback of this phase is live that covers an execution's hosts, the execution joins it.
 *
 * Silence while the market is closed, and what a venue's halt explains, is not handled: if it lasts into the session or outlasts
 * the halt, Reconcile starts an execution for it.
 */
export async function admission(deps: AdmissionDeps, applicant: Applicant): Promise<Admission> {
  const { claims, history } = deps;
  const { claim, cause } = applicant;
  if (await isOpen(deps, applicant)) return 'first'; // an earlier call decided and died
  if (cause.alarm) {
    if (applicant.venueHalted) return 'Market not open';
    const { name, changed_at } = cause.alarm;
    const sessions = deps.sessionsOf?.(applicant.phase);
    if (cause.silent && isExpectedSilence(sessions, changed_at, deps.now())) return 'Market not open';
    const first = await claims.claimAlarm(name, changed_at, claim, new Date(deps.now()).toISOString());
    if (first.rollback !== claim.rollback) {
      if (await mayActByNow(deps, first.rollback, applicant)) {
        await join(deps, first.rollback, applicant);
        return 'Joined the active rollback';
      }
      const at = new Date(deps.now()).toISOString();
      await appendSealed(history, first.rollback, at, attached('Alarm repeated', claim, cause, at));
      return 'Already handled';
    }
    if (await isStale(deps, cause.alarm)) return 'Stale alarm ignored';
  }
  try {
    const admitted = await actOrJoin(deps, applicant);
    // It may have waited in the queue during a hand-over; one that acts leaves it once it has the fleet.
    if (cause.alarm === null && admitted !== 'first') await deps.locks.leave(applicant.fleet, claim.rollback);
    return admitted;
  } catch (error) {
    // The machine retries. Until then only this says that the rollback is open: it has no claim on its phase.
    if (error instanceof StillDeciding || error instanceof HandedOver) await claims.watch(applicant.phase, claim);
    if (error instanceof HandedOver) await waitBehind(deps, applicant);
    throw error;
  }
}

/** Whether the rollback of this very alarm asks about a few ill hosts, and by another look at the hosts it may act without an answer. */
async function mayActByNow(
  { history, settings }: AdmissionDeps,
  rollback: string,
  { assessed }: Applicant,
): Promise<boolean> {
  const events = await history.events(rollback);
  const record = events.length > 0 ? recordOf(events) : undefined;
  if (!record || !asksAboutFew(record)) return false;
  return removesTheObjection(record, settings.brakes.few_ill ?? 'ask', (await assessed())?.witness);
}

async function isOpen({ claims }: AdmissionDeps, { claim, claimed, cause, phase }: Applicant): Promise<boolean> {
  // The latest phase is claimed last: without that claim an earlier call died between two of them.
  if (claim.phases) return hasClaim(claims, claim, Math.max(...claim.phases));
  if (cause.only_hosts !== null) return hasClaim(claims, claim, phase);
  return (await (claimed ?? claims.phaseClaim(phase)))?.rollback === claim.rollback;
}

/** Whether a rollback has the phase's claim, or one beside that of the live rollback. */
async function hasClaim(claims: Claims, { rollback: id }: Claim, phase: number): Promise<boolean> {
  const { whole, onHosts } = await claims.openOn(phase);
  return [...(whole ? [whole] : []), ...onHosts].some(({ rollback }) => rollback === id);
}

/** An alarm, or a start for the whole fleet, takes the phase or joins the rollback that has it. */
async function actOrJoin(deps: AdmissionDeps, applicant: Applicant): Promise<Admission> {
  const { claims } = deps;
  const { claim, cause, phase, fleet } = applicant;
  if (cause.only_hosts !== null) return actOnHostsOrJoin(deps, applicant, cause.only_hosts);
  if (claim.phases) return coverOrJoin(deps, applicant, claim.phases);
  const live = await claims.claimPhase(phase, claim);
  if (live.rollback === claim.rollback) return 'first';
  const status = await statusOfLive(deps, live);
  if (status === 'RUNNING') {
    await join(deps, live.rollback, applicant);
    return 'Joined the active rollback';
  }
  // The live rollback's execution was stopped and its claim is still open: no rollback acts, so this one takes over.
  const { rollback: id, execution_arn, phases } = live;
  const dead = { id, execution_arn, ...lowestOf({ phase, phases }), fleet };
  const why = `${claim.rollback} took the phase over, because its execution ended ${status} without closing it`;
  // Reconcile then tells people of its ending, and repeats what fails here.
  await claims.watch(phase, live);
  try {
    await closeStopped(deps, { rollback: dead, status, why });
  } catch {
    await claims.releasePhase(phase, live.rollback); // an error about the dead rollback must not hold up this one
  }
  return actOrJoin(deps, applicant);
}

/**
 * A start for a few hosts joins a live rollback that acts on all of them. Otherwise it is a rollback of its own beside the
 * phase's: it waits for the fleet, and alarms do not join it.
 */
async function actOnHostsOrJoin(
  deps: AdmissionDeps,
  applicant: Applicant,
  asked: readonly string[],
): Promise<Admission> {
  const { claim, phase } = applicant;
  const live = await rollbackToJoin(deps, phase, asked);
  if (live !== undefined) {
    await join(deps, live, applicant);
    return 'Joined the active rollback';
  }
  await deps.claims.claimHosts(phase, claim, asked);
  return 'first';
}

/**
 * A start for several phases joins a live rollback that undoes all of them. Otherwise it claims every free phase. For each of
 * the others it stores a claim beside that of the live rollback: it waits for the fleet, and then acts on what is left.
 */
async function coverOrJoin(deps: AdmissionDeps, applicant: Applicant, phases: readonly number[]): Promise<Admission> {
  const { claims } = deps;
  const { claim, phase } = applicant;
  // The lowest phase first: a rollback of all these phases has it, so of two such starts one joins the other.
  for (const one of phases.toReversed()) {
    if (await hasClaim(claims, claim, one)) continue; // an earlier call made it and died
    const live = await claims.claimPhase(one, claim);
    if (live.rollback === claim.rollback) continue;
    const undoesAll = one === phase && includesPhases({ phase, phases: live.phases }, { phase, phases });
    if (undoesAll && (await statusOfLive(deps, live)) === 'RUNNING') {
      await join(deps, live.rollback, applicant);
      return 'Joined the active rollback';
    }
    await claims.claimHosts(one, claim, null);
  }
  return 'first';
}

async function isStale(
  { alarms, environment, now }: AdmissionDeps,
  { name, changed_at }: { name: string; changed_at: string },
): Promise<boolean> {
  if (now() - Date.parse(changed_at) <= staleMilliseconds) return false;
  return !(await alarms.notOk(environment)).some((one) => one.alarm === name && one.changed_at === changed_at);
}

/**
 * Joins the live rollback, which then handles this execution's alarm too. The live rollback takes the worse severity of
 * both, and its open question may be decided by that.
 */
async function join(deps: AdmissionDeps, live: string, applicant: Applicant): Promise<void> {
  const { history, locks, now, settings } = deps;
  const { claim, cause, phase, fleet, policy } = applicant;
  const record = recordOf(await history.events(live));
  const by = claim.execution_arn;
  const asked = await newestQuestion(deps, record, { cause, by });
  checkJoinable(record, asked, now());
  checkNotHandedOver(record, asked, { cause, deadline: limitOf(cause, [], settings.limits).at, now: now() });
  const assessment = await applicant.assessed();
  const severity = assessment?.severity ?? cause.severity;
  const blind = assessment?.blind ?? false;
  const { doubts, witness } = assessment ?? {};
  const judged = { trigger: cause.trigger, severity, blind, start_time: cause.start_time, doubts, witness };
  const deadline = limitOf(judged, [], settings.limits).at;
  const at = new Date(now()).toISOString();
  const joined = attached('Alarm joined', claim, { ...cause, severity }, at);
  await appendSealed(history, live, at, {
    ...joined,
    detail: { ...joined.detail, blind, ...(doubts ? { doubts } : {}), ...(witness ? { witness } : {}), deadline },
  });
  if (cause.alarm) await locks.raise(fleet, live, severity);
  if (asked && record.questions.at(-1)?.outcome === null) {
    const of = chosenPolicy(policy, (await deps.scopes.read(live)) ?? {}); // the live rollback's target, and what its hosts reported
    await joinTheQuestion(deps, { id: live, phase }, asked, { cause, judged, policy: of, by });
  }
  // The question may have been answered meanwhile. If the live rollback then ends, no rollback handles this alarm.
  if (asked) checkJoinable(record, await newestQuestion(deps, record, { cause, by }), now());
  const { left_out = [] } = (await deps.scopes.read(live)) ?? {};
  await history.append(claim.rollback, joinedEvent(record, phase, left_out, at));
}

/** Tells the execution that joined, in its own history, which rollback acts for it and how to see that. */
const joinedEvent = (
  { rollback_id, execution_arn, ...record }: RollbackRecord,
  phase: number,
  left_out: readonly Host[],
  at: string,
): Happened => ({
  id: 'joined-the-active-rollback',
  type: 'Decided',
  at,
  detail: {
    decision: 'Joined the active rollback',
    why: [
      `Rollback ${rollback_id} of ${phaseWords(record)} is open and acts on these hosts, or will once it has the fleet. See it: npm run rollback -- show ${rollback_id}${environmentWords(execution_arn)}`,
      ...leftOutWords(phase, left_out, environmentWords(execution_arn)),
    ],
  },
});

/** An execution for the whole fleet joins although people left hosts out: they have decided on these hosts. */
const leftOutWords = (phase: number, left_out: readonly Host[], environment: string): string[] => {
  const names = left_out.map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `People left out ${names.join(', ')}, and nothing rolls ${names.length === 1 ? 'it' : 'them'} back by itself. Once ${names.length === 1 ? 'it is' : 'they are'} mended: npm run rollback -- start ${phase} --only-hosts ${names.join(',')}${environment}`,
      ];
};

function checkJoinable(record: RollbackRecord, asked: Asked | undefined, now: number): void {
  if (isJoinable(record, asked, now)) return;
  throw new StillDeciding(`Rollback ${record.rollback_id} of ${phaseWords(record)} is about to decide or to end.`);
}

/**
 * Throws HandedOver if a person starts the phase while its live rollback waits for an operator: the start is no answer to
 * that, and would be lost if the rollback then ended. It waits until the question is answered, and at most until its own limit.
 */
function checkNotHandedOver(
  { rollback_id, execution_arn, ...record }: RollbackRecord,
  asked: Asked | undefined,
  { cause, deadline, now }: { readonly cause: RollbackCause; readonly deadline: string; readonly now: number },
): void {
  if (cause.alarm !== null || asked?.question.kind !== 'hand-over') return;
  if (resolve(asked.decisions, asked.question, now).state === 'decided') return;
  const says = `Rollback ${rollback_id} of ${phaseWords(record)} stopped and waits for an operator until ${asked.question.deadline}: npm run rollback -- show ${rollback_id}${environmentWords(execution_arn)}`;
  if (now < Date.parse(deadline)) throw new HandedOver(`${says} . This start waits until ${deadline}, its limit.`);
  throw new Error(`${says} . Nobody had answered by ${deadline}, the limit of this start; it did nothing.`);
}

const attached = (
  type: 'Alarm repeated' | 'Alarm joined',
  claim: Claim,
  { trigger, severity, alarm }: RollbackCause,
  at: string,
): Happened => ({
  id: `${type === 'Alarm repeated' ? 'alarm-repeated' : 'alarm-joined'}/${claim.rollback}`,
  type,
  at,
  detail: {
    by: claim.rollback,
    execution_arn: claim.execution_arn,
    trigger,
    severity,
    alarm: alarm?.name ?? null,
    changed_at: alarm?.changed_at ?? null,
  },
});
