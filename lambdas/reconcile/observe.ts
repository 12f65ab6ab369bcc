import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import { isSilence } from '../../domain/alarm/silence.ts';
import { isExpectedSilence } from '../../domain/calendar/expected-silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { isEveryHostOff, shutDownUntil } from '../../domain/calendar/shut-down.ts';
import { isHalted, type LastHalted, mayBeTheVenue } from '../../domain/calendar/venue-halt.ts';
import { asksAboutFew } from '../../domain/decision/worst-alarm.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { shutDownWhileAsking } from '../../domain/history/hosts-shut-down.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { Inventory } from '../../domain/host/inventory.ts';
import type { HalfRolledBack } from '../../domain/message/half-rolled-back.ts';
import { lowestOf, phasesOf } from '../../domain/phases.ts';
import { remainingOf } from '../../domain/plan/plan.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import type { Question } from '../../domain/question/question.ts';
import { fleetWait } from '../../domain/reconcile/fleet-wait.ts';
import {
  alarmChangeKey,
  type Observation,
  type ReturnedHost,
  type ShutDown,
  type WaitingRollback,
} from '../../domain/reconcile/observation.ts';
import { pagingOf } from '../../domain/reconcile/paging.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { type CheckedQuestionDeps, readQuestion } from '../operations/checked-question.ts';
import { doneWhileAsking } from '../operations/done-by-others.ts';
import { owedState } from '../operations/owed-state.ts';
import type { DecisionSettings } from '../operations/read-situation.ts';
import { isQuietAfterTheClose, worstState } from '../operations/worst-state.ts';
import type { ReadBrakes } from '../stores/brakes.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { FleetTruths } from '../stores/fleet-truth.ts';
import type { History } from '../stores/history.ts';
import type { Reviews } from '../stores/reviews.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';

export type ObserveDeps = CheckedQuestionDeps & {
  readonly alarms: Alarms;
  readonly claims: Claims;
  readonly locks: FleetLocks;
  readonly history: History;
  readonly statusOf: ExecutionStatus;
  readonly environment: string;
  readonly fleet: string;
  readonly phases: readonly number[];
  /** Triggers for which INSUFFICIENT_DATA starts a rollback too. */
  readonly blind: readonly string[];
  readonly now: () => number;
  readonly unreached: Unreached;
  readonly contacts: Contacts;
  readonly reviews: Reviews;
  readonly scopes: Pick<RollbackScopes, 'read'>;
  readonly settings: Pick<DecisionSettings, 'confirm'>;
  readonly deployments: Deployments;
  readonly inventory: () => Promise<Inventory>;
  readonly truth: FleetTruths['read'];
  readonly brakes: ReadBrakes;
  /** The tag that each phase's rollback restores, by phase. */
  readonly targets: Readonly<Record<string, string>>;
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
  readonly lastHalted?: LastHalted | undefined;
};

type ReadEvents = (rollback: string) => Promise<readonly RollbackEvent[]>;
type Observing = ObserveDeps & { readonly eventsOf: ReadEvents };

/** Reads everything that Reconcile decides on, once. */
export async function observe(deps: ObserveDeps): Promise<Observation> {
  const { alarms, claims, environment, blind, phases } = deps;
  const red = (await alarms.notOk(environment)).filter(
    (alarm) =>
      phases.includes(alarm.phase) &&
      (alarm.state === 'ALARM' || (alarm.state === 'INSUFFICIENT_DATA' && blind.includes(alarm.trigger))) &&
      !isExpected(deps, alarm),
  );
  const handled = new Set<string>();
  for (const alarm of red)
    if (
      (await claims.alarmClaim(alarm.alarm, alarm.changed_at, new Date(deps.now()).toISOString())) ||
      (await isOfTheVenue(deps, alarm))
    )
      handled.add(alarmChangeKey(alarm));
  const eventsOf = readOnce(deps.history.events);
  const open: Observation['open'][number][] = [];
  for (const one of await openRollbacks(claims, phases)) {
    const { rollback, execution_arn } = one;
    const events = await eventsOf(rollback);
    open.push({
      ...lowestOf(one),
      rollback,
      execution_arn,
      status: await deps.statusOf(execution_arn, events[0]?.at),
      waiting: waitingOf(events),
      asked: await askedOf(deps, rollback, events),
      ...askedAboutFew(events),
      acting: await actingOf(deps, rollback, events),
      paging: events.length > 0 ? pagingOf(events) : null,
    });
  }
  return {
    now: deps.now(),
    red,
    handled,
    open,
    contacts: deps.contacts,
    ...(await heldAndWaiting({ ...deps, eventsOf })),
    returned: await returned(deps),
    ...(await openReviews(deps)),
  };
}

const isExpected = ({ sessionsOf, now }: ObserveDeps, alarm: AlarmTransition): boolean =>
  isSilence(alarm) && isExpectedSilence(sessionsOf?.(alarm.phase), alarm.changed_at, now());

/** Returns whether a venue is halted now, and that may be all that is wrong. */
async function isOfTheVenue({ lastHalted, now }: ObserveDeps, alarm: AlarmTransition): Promise<boolean> {
  if (!lastHalted || !mayBeTheVenue(alarm.trigger, isSilence(alarm))) return false;
  return isHalted(await lastHalted(alarm.phase, now()), now());
}

/** Reads the open reviews, with one request if there is none. */
async function openReviews({ reviews, now }: ObserveDeps): Promise<Pick<Observation, 'reviews' | 'overdue'>> {
  const oldest = await reviews.oldest();
  if (!oldest) return { reviews: [], overdue: null };
  const due = await reviews.dueFrom(new Date(now() - toldForMilliseconds).toISOString());
  return { reviews: due, overdue: oldest.due < new Date(now()).toISOString() ? oldest : null };
}

/**
 * Reads each history once: a rollback may be open, hold the fleet and wait for it. One without events is read again: it may
 * have been opened meanwhile, and people are paged for a holder without a record.
 */
function readOnce(read: History['events']): ReadEvents {
  const known = new Map<string, readonly RollbackEvent[]>();
  return async (rollback) => {
    const events = known.get(rollback) ?? (await read(rollback));
    if (events.length > 0) known.set(rollback, events);
    return events;
  };
}

/** Returns every open rollback, once: of each phase, of a few hosts of it, of several phases, and those that are only watched. */
async function openRollbacks(claims: Claims, phases: readonly number[]) {
  const open = new Map<string, Claim & { readonly phase: number }>();
  for (const phase of phases) {
    const { whole, onHosts, watched } = await claims.openOn(phase);
    for (const one of [...(whole ? [whole] : []), ...onHosts, ...watched])
      open.set(one.rollback, { ...one, ...lowestOf({ phase, phases: one.phases }) });
  }
  return [...open.values()];
}

/**
 * A review that has been overdue for a day was told, unless Reconcile stood still for that day. Older ones are not read, so
 * reviews that nobody ever gives do not slow Reconcile down; the oldest of them keeps the alarm red.
 */
const toldForMilliseconds = 24 * 3600_000;

/**
 * Returns the unreached hosts that are online again, under their present names, and those that are in the fleet no more.
 * Reads inventory and brakes only if there are unreached hosts. Brakes that cannot be read fail the run, which pages.
 */
async function returned(deps: ObserveDeps): Promise<ReturnedHost[]> {
  const { unreached, inventory } = deps;
  const waiting = await unreached.all();
  if (waiting.length === 0) return [];
  const { hosts, complete } = await inventory();
  const found = new Map(hosts.map((host) => [host.instance_id, host]));
  const isGone = ({ instance_id }: Host) => complete && !found.has(instance_id);
  const due = waiting.filter((host) => isGone(host) || found.get(host.instance_id)?.online);
  return Promise.all(
    due.map(async (host) => {
      const { phase, instance_id, name, rollback, since, severity, left_out = false } = host;
      const state = await owedState(deps, host);
      const superseded = isGone(host) || state.superseded;
      const present = found.get(instance_id)?.name ?? name;
      return { phase, instance_id, name: present, rollback, since, severity, ...state, superseded, left_out };
    }),
  );
}

/** Returns since when a rollback waits for its fleet, by its history; null once it holds the fleet or has ended. */
function waitingOf(events: readonly RollbackEvent[]): Observation['open'][number]['waiting'] {
  const wait = fleetWait(events);
  return wait && { ...wait, severity: recordOf(events).severity };
}

async function askedOf(deps: ObserveDeps, rollback: string, events: readonly RollbackEvent[]) {
  if (events.length === 0) return null;
  const record = recordOf(events);
  const open = record.questions.find(({ outcome }) => outcome === null);
  const asked = open && (await readQuestion(deps, { rollback, number: open.number }, { looks: 'once' }));
  if (!asked) return null;
  const off = await shutDown(deps, record, { events, kind: asked.question.kind });
  return { ...asked, isNeedless: await isNeedless(deps, record, asked.question), ...(off ? { shutDown: off } : {}) };
}

/** Returns the alarm of a rollback that asks about a few ill hosts. */
function askedAboutFew(events: readonly RollbackEvent[]): { readonly askedAboutFew?: string } {
  if (events.length === 0) return {};
  const record = recordOf(events);
  const { alarm } = record;
  if (alarm === null || !asksAboutFew(record)) return {};
  return { askedAboutFew: alarmChangeKey({ alarm: alarm.name, changed_at: alarm.changed_at }) };
}

/** Returns that the hosts are shut down after the close; undefined: a market is open, a host runs, or it is not known. */
async function shutDown(
  deps: ObserveDeps,
  record: RollbackRecord,
  { events, kind }: { readonly events: readonly RollbackEvent[]; readonly kind: Question['kind'] },
): Promise<ShutDown | undefined> {
  const open = shutDownUntil(
    phasesOf(record).map((phase) => deps.sessionsOf?.(phase)),
    deps.now(),
  );
  if (open === undefined || !(await deps.inventory().then(isEveryHostOff, () => false))) return undefined;
  const until = new Date(open).toISOString();
  // A rollback that no alarm started would not start again at the pre-open.
  const ends = kind !== 'hand-over' && record.alarm !== null && (await isQuietAfterTheClose(deps, record));
  return { until, isKnown: shutDownWhileAsking(events) === until, ends };
}

/** Returns whether others have done the work of a rollback that asks whether to begin, and its alarms are green. */
async function isNeedless(
  deps: ObserveDeps,
  record: RollbackRecord,
  { kind, rollback, ill }: Question,
): Promise<boolean> {
  if (kind === 'hand-over') return false; // it has begun
  const done = doneWhileAsking(record, await deps.scopes.read(rollback), ill);
  return done !== null && (record.alarm === null || (await worstState(deps, record)) === 'OK');
}

async function actingOf(
  { scopes, settings }: ObserveDeps,
  rollback: string,
  events: readonly RollbackEvent[],
): Promise<Observation['open'][number]['acting']> {
  if (events.length === 0) return null;
  const { decided, deadline, ending, severity, start_time, steps, left_out, limit_missed: missed } = recordOf(events);
  if (decided?.decision !== 'act' || deadline === null || ending !== null) return null;
  const skipped = left_out.flatMap((one) => ('step' in one ? [one.step] : []));
  const done = [...steps.filter(({ verdict }) => verdict === 'done').map(({ step }) => step), ...skipped];
  const planned = { steps: (await scopes.read(rollback))?.steps ?? [] };
  return {
    limit: { severity, from: start_time, at: deadline },
    remaining: remainingOf(planned, settings.confirm, done),
    missed,
  };
}

/** Reads the fleet's holder and its queue, with the state of each rollback's execution. */
async function heldAndWaiting(deps: Observing): Promise<Pick<Observation, 'held' | 'waiters' | 'half'>> {
  const { fleet } = deps;
  const { holder, waiters, half } = await deps.locks.queue(fleet);
  const halves = half.length > 0 ? { half: await deployedSince(deps, half) } : {};
  const waiting: WaitingRollback[] = [];
  for (const one of waiters.filter(({ rollback }) => rollback !== holder?.rollback)) {
    const { rollback, execution_arn, part } = one;
    waiting.push({ fleet, rollback, execution_arn, ...lowestOf(one), part, ...(await stateOf(deps, one)) });
  }
  if (!holder) return { held: [], waiters: waiting, ...halves };
  const { rollback, execution_arn, fence } = holder;
  const state = await stateOf(deps, holder, holder.taken_at);
  return {
    held: [{ fleet, rollback, execution_arn, ...lowestOf(holder), fence, ...state }],
    waiters: waiting,
    ...halves,
  };
}

/** Reads what was deployed in the phases that a rollback left half done, and whether the hosts are as deployed. */
async function deployedSince(
  { deployments, truth, brakes, now }: Observing,
  half: readonly HalfRolledBack[],
): Promise<NonNullable<Observation['half']>> {
  const phases = [...new Set(half.flatMap(({ left }) => left))];
  const before = new Date(now()).toISOString();
  const deployedIn = async (phase: number) => {
    const [recent, { blocks }] = await Promise.all([deployments.recent(phase, before), brakes(phase)]);
    return { phase, recent, blocks };
  };
  const [found, deployed] = await Promise.all([truth(), Promise.all(phases.map(deployedIn))]);
  const agreed_at = found.state === 'agree' && found.silent.length === 0 ? found.compared_at : null;
  return half.map((one) => ({ half: one, deployed, agreed_at }));
}

async function stateOf(
  { eventsOf, statusOf }: Observing,
  { rollback, execution_arn }: { readonly rollback: string; readonly execution_arn: string },
  since?: string,
) {
  const events = await eventsOf(rollback);
  const ending = events.length === 0 ? undefined : recordOf(events).ending;
  return { status: await statusOf(execution_arn, since ?? events[0]?.at), ending };
}
