import { limitOf } from '../../domain/decision/limits.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import {
  type Chain,
  chainAfter,
  emptyChain,
  endOf,
  type Happened,
  type RollbackEvent,
} from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { lowestOf } from '../../domain/phases.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Rollback } from '../middleware/payload.ts';
import { rollbackOver } from '../operations/check-open.ts';
import { chosenPolicy } from '../operations/chosen-policy.ts';
import { askInDrill, type Decided, type DecideRollbackDeps, decideNow } from '../operations/decide-rollback.ts';
import { endWithoutActing, type IdleEnding, isIdle } from '../operations/end-without-acting.ts';
import { fleetTaken, takeFreeFleet } from '../operations/take-free-fleet.ts';
import { asDeployed, type Deployments, mostRecent } from '../stores/deployments.ts';
import type { Drills } from '../stores/drills.ts';
import type { FleetLock, FleetLocks } from '../stores/fleet-lock.ts';
import { type AdmissionDeps, type Applicant, admission } from './admission.ts';
import {
  type AskTheHostsDeps,
  askTheHosts,
  type Opened as Opening,
  type Witness,
  witnessing,
} from './ask-the-hosts.ts';
import { type AssessAlarmDeps, assessAlarm, type Witnessing } from './assess-alarm.ts';
import { checkAlone } from './begins-at.ts';
import { type CauseOfOpeningDeps, causeOfOpening } from './cause-of-opening.ts';
import { type Choice, type ChooseTargetsDeps, chooseTargets } from './choose-targets.ts';
import { countedHosts } from './counted-hosts.ts';
import { type FreezeDeps, freeze, undoneOnce } from './freeze.ts';
import { keptOverTheNight } from './kept-over-the-night.ts';
import { isLookedAtAgain } from './look-again.ts';
import { narrowIfFew, ownOrPhases } from './narrow-if-few.ts';
import { checkHosts, checkName, checkUnused, type OpenRequest, openedEvent } from './opening.ts';
import { askingPhase, type OtherChangesDeps, otherChanges } from './other-changes.ts';
import { owedAlready } from './owed-already.ts';
import { refuseDrill } from './refuse-drill.ts';

/** The decision that the machine's Choice state reads, with what it needs for it. */
export type OpenResult = {
  readonly decision: Decided['decision'] | 'plan' | 'drill';
  readonly rollback: Rollback;
  /** The first question to ask people; null if the decision is not `ask`. */
  readonly question: Question | null;
  /** Why the rollback needs a person; null for every other decision. */
  readonly problem: string | null;
  /** The fence with which the rollback holds the fleet already; 0: it does not. */
  readonly fence: number;
  readonly chain: Chain;
};

export type OpenRollbackDeps = AdmissionDeps &
  AssessAlarmDeps &
  AskTheHostsDeps &
  OtherChangesDeps &
  DecideRollbackDeps &
  FreezeDeps &
  ChooseTargetsDeps &
  CauseOfOpeningDeps & {
    readonly locks: FleetLocks;
    readonly drills: Pick<Drills, 'open'>;
    /** All phases that have a runbook. */
    readonly phases: readonly number[];
  };

/**
 * Opens a rollback: checks the input, writes the record, decides whether it begins, asks people first or ends here, and
 * freezes what it will act on. If it begins at once and the fleet is free, it takes the fleet too.
 *
 * Calling it again returns the same: no event is written twice, and the decision and the frozen scope stay. Throws
 * InvalidInput before anything is written; a later error belongs to an existing record.
 */
export async function openRollback(
  given: OpenRollbackDeps,
  request: OpenRequest,
  remaining: () => number,
): Promise<OpenResult> {
  const { execution, phase } = request;
  const { cause, venueHalted } = await causeOfOpening(given, request);
  checkName(execution.name);
  const deps = readingOnce(given, cause.start_time);
  const reads = readsOf(deps, execution.name, phase.number);
  const witness = askTheHosts(deps, request, cause);
  const [before, reached] = await Promise.all([
    deps.history.events(execution.name),
    deps.endings.read(execution.name).catch((error: Error) => error),
  ]);
  checkUnused(before, execution);
  // A rollback without history has not ended. It is recorded even if the state table cannot be read.
  if (reached instanceof Error && before.length > 0) throw reached;
  if (reached && !(reached instanceof Error) && !isIdle(reached.ending))
    throw rollbackOver({ id: execution.name, ...phasesIn(request) }, reached);
  const ended = endingOf(before);
  if (cause.only_hosts) await checkHosts(deps, cause.only_hosts);
  if (before.length === 0) await refuseBesideOthers(deps, cause, request); // an opened rollback is refused no more
  const deadline = limitOf(cause, [], deps.settings.limits).at;
  if (cause.mode !== 'live')
    // Before the record: one whose execution is stopped at once needs this item to get an ending.
    await deps.drills.open({
      rollback: execution.name,
      execution_arn: execution.id,
      phase: phase.number,
      mode: cause.mode,
    });
  const known = await storeOpening(deps, before, openedEvent(request, cause, deadline), execution.name);
  const opened = before.length === 0 ? known : undefined;
  const rollback = rollbackOf(request, cause, deadline);
  const undone = undoneOnce(deps, request, cause, reads.kept);
  const choosing = { request, cause, rollback, scope: reads.scope, undone, remaining };
  const choose = () => choiceOf(deps, choosing);
  const deciding = {
    rollback,
    ended,
    opened,
    claimed: reads.claimed,
    choose,
    venueHalted,
    witness: witnessingOf(deps, witness, choosing),
  };
  const decided = await decideOnce(deps, request, cause, deciding);
  const { decision, question, problem, choice = {} } = decided;
  const result = { rollback: { ...rollback, deadline: decided.deadline }, decision, question, problem };
  if (!needsScope.includes(decision)) return { ...result, fence: 0, chain: decided.chain };
  const counted = decision === 'act' ? { managedInstances: await countedHosts(deps, { ...rollback, ...cause }) } : {};
  const freezing = { ...decided, choice, scope: reads.scope, undone };
  const frozen = await freeze({ ...deps, ...counted }, request, cause, freezing);
  if (decision === 'act') await narrowIfFew(deps, rollback, cause, frozen);
  const lock = decision === 'act' ? await takeIfFree(deps, rollback) : undefined;
  const taken = lock ? [fleetTaken(rollback.fleet, lock, true, new Date(deps.now()).toISOString())] : [];
  const chain = await deps.history.append(rollback.id, ...frozen, ...taken);
  return { ...result, fence: lock?.fence ?? 0, chain };
}

/** Binds the witness to the rollback, with the other facts that a question names. */
const witnessingOf = (deps: OpenRollbackDeps, witness: Witness, opened: Opening): Witnessing => ({
  ...witnessing(witness, opened),
  otherChanges: () => otherChanges(deps, opened.request.phase.number, opened.cause),
  askingPhase: () => askingPhase(deps, opened.cause),
});

/** Refuses a start at a later step, or a drill, that must not begin while another rollback is open. */
async function refuseBesideOthers(deps: OpenRollbackDeps, cause: RollbackCause, request: OpenRequest): Promise<void> {
  await checkAlone(deps, cause, request);
  await refuseDrill(deps, cause, request);
}

const rollbackOf = (request: OpenRequest, { alarm }: RollbackCause, deadline: string): Rollback => ({
  id: request.execution.name,
  execution_arn: request.execution.id,
  ...phasesIn(request),
  fleet: request.fleet,
  alarm: alarm?.name ?? null,
  deadline,
});

const phasesIn = ({ phase, phases }: OpenRequest) => lowestOf({ phase: phase.number, phases });

/** Begins to read what the opening needs later. The items lie together, so one request reads them; errors come later too. */
function readsOf({ scopes, claims, rowWindow }: OpenRollbackDeps, rollback: string, phase: number) {
  const scope = scopes.read(rollback);
  const reads = { scope, claimed: ownOrPhases(rollback, scope, claims.phaseClaim(phase)), kept: rowWindow.kept(phase) };
  for (const one of Object.values(reads)) one.catch(() => {}); // whoever awaits it gets the error
  return reads;
}

/**
 * Takes the fleet if it is free. If not, or after an error, the machine's next state takes it or waits for it. So it does if
 * another rollback has done some of the phases since the opening: that state learns which are left.
 */
const takeIfFree = (deps: OpenRollbackDeps, rollback: Rollback): Promise<FleetLock | undefined> =>
  deps.locks
    .queue(rollback.fleet)
    .then(async (queue) => {
      // Read after the queue: a rollback marks what it has done before it frees the fleet.
      const { parts = [] } = (rollback.phases && (await deps.scopes.read(rollback.id))) || {};
      const someDone = parts.some(({ done_by, spared }) => done_by !== undefined || spared !== undefined);
      return someDone ? undefined : takeFreeFleet(deps, rollback, queue);
    })
    .catch(() => undefined);

/** Stores the opening event, and adds it to the chain of links. A repeat adds the link of the stored event again. */
async function storeOpening(
  { history, now }: OpenRollbackDeps,
  [stored]: readonly RollbackEvent[],
  opening: Happened,
  rollback: string,
): Promise<RollbackEvent[]> {
  const events = await history.appended(rollback, opening);
  const chain = stored ? chainAfter(stored) : endOf(events);
  await history.link(rollback, 'opened', chain, { at: new Date(now()).toISOString() });
  return events;
}

/** Decisions that depend on what the rollback would act on. */
const needsScope: readonly OpenResult['decision'][] = ['act', 'ask', 'plan', 'drill'];

const handled = 'Already handled';

/** The decisions of the modes that touch no host. */
const dry = { plan: 'plan', simulate: 'drill' } as const;

type Deciding = Required<Pick<Applicant, 'claimed' | 'venueHalted'>> & {
  readonly rollback: Rollback;
  readonly ended: IdleEnding | undefined;
  readonly opened: readonly RollbackEvent[] | undefined;
  readonly choose: () => Promise<Chosen>;
  readonly witness: Witnessing;
};
/** `choice`: absent if there is nothing to do. */
type Opened = Omit<Decided, 'decision'> & Pick<OpenResult, 'decision'> & { readonly choice?: Choice };

/** `events`: the chain, if this call has added the look at the hosts to it. */
type Chosen = { readonly choice: Choice; readonly events?: readonly RollbackEvent[] };

/** Chooses the targets, and records the look at the hosts. */
async function choiceOf(deps: OpenRollbackDeps, opening: Parameters<typeof chooseTargets>[1]): Promise<Chosen> {
  const choice = await chooseTargets(deps, opening);
  if (!choice.looked) return { choice };
  return { choice, events: await deps.history.appended(opening.rollback.id, choice.looked) };
}

/** `ended`: the ending that an earlier call has recorded. `opened`: the chain, if this call has opened the rollback. */
async function decideOnce(
  deps: OpenRollbackDeps,
  { phase, policy, fleet }: OpenRequest,
  cause: RollbackCause,
  { rollback, ended, opened, claimed, choose, venueHalted, witness }: Deciding,
): Promise<Opened> {
  const { id, execution_arn, deadline } = rollback;
  const nothing = { question: null, problem: null, deadline };
  // A plan and a drill are independent of other rollbacks: they claim nothing, join nothing and handle no alarm.
  if (cause.mode !== 'live') {
    const asked = cause.people
      ? await askInDrill(deps, { rollback, policy }, { severity: cause.severity, limit: deadline })
      : { ...nothing, decision: dry[cause.mode], chain: emptyChain };
    return { ...asked, choice: (await choose()).choice };
  }
  let assessment: ReturnType<typeof assessAlarm> | undefined;
  const assessed = () => {
    assessment ??= assessAlarm(deps, { phase: phase.number, policy }, cause, witness);
    return assessment;
  };
  const { phases } = rollback;
  const claim = { rollback: id, execution_arn, ...(phases ? { phases } : {}) };
  const admitted =
    ended ??
    (await admission(deps, { claim, claimed, cause, phase: phase.number, fleet, policy, assessed, venueHalted }));
  if (admitted !== 'first')
    return { ...nothing, decision: admitted, chain: await endWithoutActing(deps, rollback, admitted) };
  if (!opened) await deps.claims.unwatch(phase.number, id); // an earlier call may have waited
  // Both may ask hosts, so they do it at the same time.
  const subject = { claim, cause, phase: phase.number };
  const [{ choice, events = opened }, found, kept] = await Promise.all([
    choose(),
    assessed(),
    keptOverTheNight(deps, subject, fleet),
  ]);
  if (await isLookedAtAgain(deps, claim, cause, found))
    return { ...nothing, decision: handled, chain: await endWithoutActing(deps, rollback, handled) };
  const owed = kept ?? (await owedAlready(deps, subject, found));
  if (owed) return { ...nothing, decision: handled, chain: await endWithoutActing(deps, rollback, handled, owed) };
  const basis = { assessment: found, opened: opened && events };
  return { ...(await decideNow(deps, { rollback, policy: chosenPolicy(policy, choice) }, basis)), choice };
}

/**
 * Returns the ending that an earlier call has recorded: it stays, whatever the alarm's state is now.
 *
 * Throws RollbackOver if the rollback has acted and ended. An execution that is redriven after that has nothing left to
 * do: hosts may have changed, and people have had the final message.
 */
function endingOf(events: readonly RollbackEvent[]): IdleEnding | undefined {
  if (events.length === 0) return undefined;
  const { rollback_id: id, phase, phases, ending, completion_time } = recordOf(events);
  if (ending === null) return undefined;
  if (isIdle(ending)) return ending;
  throw rollbackOver({ id, phase, phases }, { ending, at: completion_time ?? '' });
}

/** Returns dependencies that read the newest deployments and the fleet's hosts once. */
const readingOnce = (given: OpenRollbackDeps, start: string): OpenRollbackDeps => ({
  ...given,
  deployments: readOnce(given.deployments, start),
  managedInstances: { ...given.managedInstances, hosts: readHostsOnce(given.managedInstances) },
});

/** Reads the fleet's hosts once: a cap counts exactly those that are then frozen. */
function readHostsOnce({ hosts }: OpenRollbackDeps['managedInstances']): typeof hosts {
  let read: ReturnType<typeof hosts> | undefined;
  return (tag) => {
    read ??= hosts(tag);
    return read;
  };
}

/**
 * Reads the newest deployments before the start once. The decision needs the newest, the choice of the target those before it,
 * and the freezing one that is a little older, which nearly always is among them.
 */
function readOnce(deployments: Deployments, start: string): Deployments {
  const known = new Map<number, ReturnType<Deployments['recent']>>();
  const recent: Deployments['recent'] = (phase) => {
    const read = known.get(phase) ?? deployments.recent(phase, start);
    known.set(phase, read);
    return read;
  };
  return {
    ...deployments,
    recent,
    newest: async (phase, before) => {
      if (before > start) return deployments.newest(phase, before);
      const all = await recent(phase, start);
      const found = all.find(({ at }) => at <= before);
      if (found) return asDeployed(found);
      return all.length < mostRecent ? undefined : deployments.newest(phase, before);
    },
  };
}
