import type { AlarmTransition } from '../alarm/alarm-event.ts';
import { type Limit, limitForecast, type Remaining } from '../decision/limits.ts';
import type { Asked } from '../question/answer-rules.ts';
import { type Call, callsDue, type Question } from '../question/question.ts';
import { resolve } from '../question/resolution.ts';
import type { Severity } from '../severity.ts';

/** What is seen of the account in one look; everything a decision needs and nothing else. */
export type Observation = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Our alarms that call for a rollback now. */
  readonly red: readonly AlarmTransition[];
  /** Transitions that an execution has answered, as `alarm@changed_at`. */
  readonly answered: ReadonlySet<string>;
  /** Rollbacks that are open in their phase. */
  readonly open: readonly {
    readonly phase: number;
    readonly rollback: string;
    readonly execution_arn: string;
    readonly status: string;
    /** A rollback that waits for the fleet, since when; null: it does not wait. */
    readonly waiting: { readonly severity: Severity; readonly since: string; readonly fleet: string } | null;
    /** The question that its machine waits for; null: it waits for none. */
    readonly asked: Asked | null;
    /** A rollback that acts: when it must be over, and what is still to be done; null: it does not act. */
    readonly acting: {
      readonly limit: Limit;
      readonly remaining: readonly Remaining[];
      readonly missed: boolean;
    } | null;
  }[];
  /** Hosts that a rollback had to pass by and that can be reached again. */
  readonly returned: readonly ReturnedHost[];
  /** Fleets that are held, by whom. */
  readonly held: readonly HeldFleet[];
};
export type ReturnedHost = {
  readonly phase: number;
  readonly instance_id: string;
  readonly name: string;
  /** The rollback that passed it by. */
  readonly rollback: string;
  /** ISO 8601: when that rollback ended. */
  readonly since: string;
  /** That rollback's, as it was in the end. */
  readonly severity: Severity;
  /** The phase was deployed again since: what was to be rolled back is no more. */
  readonly superseded: boolean;
};
export type HeldFleet = {
  readonly fleet: string;
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  readonly fence: number;
  readonly status: string;
  /** The holder's ending; null while it has none; undefined where there is no record of it. */
  readonly ending: string | null | undefined;
};

/** The templates that Reconcile sends by itself. */
export const reconcileMessages = ['needs-a-person', 'fleet-held', 'reminder', 'limit-at-risk'] as const;
export type ReconcileMessage = (typeof reconcileMessages)[number];

export type Action =
  | { readonly type: 'start'; readonly alarm: AlarmTransition }
  | {
      readonly type: 'roll back returned hosts';
      readonly phase: number;
      readonly rollback: string;
      readonly severity: Severity;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'forget returned host'; readonly phase: number; readonly instance_id: string }
  | {
      readonly type: 'close';
      readonly phase: number;
      readonly rollback: string;
      readonly execution_arn: string;
      readonly status: string;
      readonly why: string;
    }
  | { readonly type: 'free'; readonly fleet: string; readonly rollback: string; readonly fence: number }
  | {
      readonly type: 'page';
      readonly message: 'needs-a-person' | 'fleet-held';
      readonly phase: number;
      readonly rollback: string;
      readonly why: string;
    }
  | { readonly type: 'remind'; readonly question: Question; readonly call: Call }
  | { readonly type: 'wake'; readonly rollback: string; readonly number: number }
  | { readonly type: 'say at risk'; readonly phase: number; readonly rollback: string; readonly says: string }
  | { readonly type: 'say late'; readonly rollback: string };

/** EventBridge delivers within seconds; an alarm that nobody has answered after this long was lost on the way. */
const lostAfterMilliseconds = 90_000;

/** A CRITICAL rollback has 15 minutes; after one of them somebody must know who keeps it from the hosts. */
const heldTooLongMilliseconds = 60_000;
/** The others have an hour and more; a fleet that a person must release waits for one all the same. */
const heldTooLongOtherwiseMilliseconds = 10 * 60_000;

export const alarmChangeKey = ({ alarm, changed_at }: Pick<AlarmTransition, 'alarm' | 'changed_at'>) =>
  `${alarm}@${changed_at}`;

/**
 * What must be done so that nothing stays unanswered, unended or held by nobody. Asked every minute; the same surroundings give
 * the same actions, and each of them may be carried out twice.
 */
export function reconcile(seen: Observation): Action[] {
  const { now, red, answered, open, held } = seen;
  const lost = red
    .filter(
      (alarm) => !answered.has(alarmChangeKey(alarm)) && now - Date.parse(alarm.changed_at) >= lostAfterMilliseconds,
    )
    .map((alarm): Action => ({ type: 'start', alarm }));
  const closed = open.filter(({ status }) => status !== 'RUNNING');
  const known = new Set(closed.map(({ rollback }) => rollback));
  return [
    ...lost,
    ...closed.map(close),
    ...held.filter(({ rollback }) => !known.has(rollback)).flatMap(lockAction),
    ...open.flatMap((one) => [...heldUp(one, held, now), ...askedOf(one, now), ...limitOf(one, now)]),
    ...hostsThatReturned(seen),
  ];
}

/** Hosts that are back are rolled back like the others were, one rollback's together, while nothing else is going on there. */
function hostsThatReturned({ returned, open, held }: Observation): Action[] {
  const busy = (phase: number) => held.length > 0 || open.some((one) => one.phase === phase || one.acting !== null);
  const due = returned.filter(({ phase, superseded }) => !superseded && !busy(phase));
  return [
    ...returned
      .filter(({ superseded }) => superseded)
      .map(({ phase, instance_id }): Action => ({ type: 'forget returned host', phase, instance_id })),
    ...owedFirst(due),
  ];
}

/** One rollback after the other, in the order in which they passed the hosts by: phases share one git tree. */
function owedFirst(due: readonly ReturnedHost[]): Action[] {
  const [first] = due.toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since));
  if (!first) return [];
  const { phase, rollback, severity } = first;
  const hosts = due.filter((one) => one.rollback === rollback && one.phase === phase).map(({ name }) => name);
  return [{ type: 'roll back returned hosts', phase, rollback, severity, hosts: hosts.toSorted() }];
}

/** A page for a rollback that waits too long, with what ends the holder. Told once, as every page. */
function heldUp(
  { phase, rollback, waiting, status }: Observation['open'][number],
  held: readonly HeldFleet[],
  now: number,
) {
  const holder = held.find(({ fleet }) => fleet === waiting?.fleet);
  if (status !== 'RUNNING' || !waiting || !holder || holder.rollback === rollback) return [];
  const tooLong = waiting.severity === 'CRITICAL' ? heldTooLongMilliseconds : heldTooLongOtherwiseMilliseconds;
  if (now - Date.parse(waiting.since) <= tooLong) return [];
  const why = `It has waited since ${waiting.since} for fleet ${holder.fleet}, which rollback ${holder.rollback} of phase ${holder.phase} holds. ${howToFreeFleet(holder)}`;
  return [{ type: 'page', message: 'fleet-held', phase, rollback, why } as const];
}

/** The machine wakes by itself at the deadline; who is this much later has not. */
const oversleptMilliseconds = 30_000;

/** Reminds people of a question that is open; wakes the machine of one that was decided while nobody could tell it. */
function askedOf({ asked, status }: Observation['open'][number], now: number): Action[] {
  if (asked === null || status !== 'RUNNING') return [];
  const { question, decisions } = asked;
  const { rollback, number, deadline } = question;
  const resolution = resolve(decisions, question, now);
  if (resolution.state === 'open') {
    // The newest only: a Reconcile that was away does not send two at once. The question itself calls L1.
    const call = callsDue(question, now).findLast(({ percent }) => percent === 50 || percent === 80);
    return call ? [{ type: 'remind', question, call }] : [];
  }
  const since = resolution.state === 'decided' ? resolution.at : deadline;
  return now - Date.parse(since) >= oversleptMilliseconds ? [{ type: 'wake', rollback, number }] : [];
}

/** That a limit will be missed is said before it is; what is said once is not said again. */
function limitOf({ acting, waiting, rollback, phase, status }: Observation['open'][number], now: number): Action[] {
  if (acting === null || status !== 'RUNNING') return [];
  const look = limitForecast(acting.limit, now, acting.remaining);
  if (look.state === 'missed') return acting.missed ? [] : [{ type: 'say late', rollback }];
  if (look.state === 'within') return [];
  const waits = waiting ? ` It has waited for fleet ${waiting.fleet} since ${waiting.since}.` : '';
  return [{ type: 'say at risk', phase, rollback, says: `${look.says}${waits}` }];
}

/** What a person can do about who holds the fleet. */
export const howToFreeFleet = ({
  status,
  rollback,
  execution_arn,
}: Pick<HeldFleet, 'status' | 'rollback' | 'execution_arn'>) => {
  const release = `npm run rollback -- release --rollback ${rollback} --operator YOU --reason WHY`;
  return status === 'RUNNING'
    ? `That one still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn ${execution_arn}) and then release the fleet: ${release}`
    : `That one ended ${status}: if its hosts are safe, release the fleet: ${release}`;
};

const close = ({
  phase,
  rollback,
  execution_arn,
  status,
}: Pick<Observation['open'][number], 'phase' | 'rollback' | 'execution_arn' | 'status'>): Action => ({
  type: 'close',
  phase,
  rollback,
  execution_arn,
  status,
  why: `Its execution ended ${status} without closing it.`,
});

const page = (phase: number, rollback: string, why: string): Action => ({
  type: 'page',
  message: 'needs-a-person',
  phase,
  rollback,
  why,
});

/**
 * A lock is nobody's only where its rollback ended well; every other lock waits for a person, who is told. A page is told
 * once, so asking for it every minute sends it as soon as it can be sent.
 */
function lockAction(held: HeldFleet): Action[] {
  const { fleet, phase, rollback, fence, status, ending } = held;
  if (status === 'RUNNING') return [];
  if (ending === undefined)
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback}, of which there is no record.`)];
  if (ending === null) return [close(held)];
  if (ending === 'Needs a person')
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback} until a person releases it.`)];
  return [{ type: 'free', fleet, rollback, fence }];
}

/** The event that was lost, as EventBridge would have delivered it; made from what DescribeAlarms says. */
export const rebuiltEvent = ({ alarm, state, changed_at, reason, reason_data }: AlarmTransition, arn: string) => ({
  version: '0',
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  time: changed_at,
  resources: [arn],
  detail: {
    alarmName: alarm,
    state: { value: state, reason, ...(reason_data ? { reasonData: reason_data } : {}), timestamp: changed_at },
  },
});
