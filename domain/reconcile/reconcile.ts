import type { OpenReview, reviewMessages } from '../afterwards/review.ts';
import type { AlarmTransition } from '../alarm/alarm-event.ts';
import type { Waiter } from '../decision/fleet-queue.ts';
import { type Limit, limitForecast, type Remaining } from '../decision/limits.ts';
import { endingMessages } from '../message/ending-message.ts';
import { environmentWords } from '../message/execution-place.ts';
import { phasesOf, phaseWords } from '../phases.ts';
import { yourName, yourReason } from '../placeholder.ts';
import type { PassedOver } from '../proof/checked-decisions.ts';
import type { Asked } from '../question/answer-rules.ts';
import { type LevelCall, levelCallsDue, type News, newsDue, type Page, type Paging } from '../question/calls.ts';
import type { Contacts } from '../question/contact.ts';
import { isCutShort } from '../question/hand-over.ts';
import { type Call, callsDue, type Question } from '../question/question.ts';
import { resolve } from '../question/resolution.ts';
import type { Severity } from '../severity.ts';

/** One observation of the account: every fact that reconcile() needs. */
export type Observation = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Alarms of the product that require a rollback now. */
  readonly red: readonly AlarmTransition[];
  /** The changes of state that an execution has handled, as `alarm@changed_at`. */
  readonly handled: ReadonlySet<string>;
  /** The open rollbacks of each phase: its own, and those of a few hosts. */
  readonly open: readonly {
    readonly phase: number;
    /** The phases of a rollback of several; absent: `phase` alone. */
    readonly phases?: readonly number[];
    readonly rollback: string;
    readonly execution_arn: string;
    readonly status: string;
    /** The rollback's wait for its fleet; null: it does not wait. */
    readonly waiting: {
      readonly severity: Severity;
      readonly since: string;
      readonly fleet: string;
      /** Number of holders that it has waited for so far. */
      readonly holders: number;
      /** It holds no fleet because it lets others act. */
      readonly lent: boolean;
    } | null;
    /** The question that the machine waits for; null: none. */
    readonly asked:
      | (Asked & {
          readonly passedOver?: readonly PassedOver[];
          /** Others have done the rollback's work, and its alarms are green; absent: there is something to ask. */
          readonly isNeedless?: boolean;
        })
      | null;
    /** The alarm whose few ill hosts the open question names, as `alarm@changed_at`: more may be ill by now. Absent: it names none. */
    readonly askedAboutFew?: string;
    /** The limit and the remaining steps of a rollback that acts; null: it does not act. */
    readonly acting: {
      readonly limit: Limit;
      readonly remaining: readonly Remaining[];
      readonly missed: boolean;
    } | null;
    /** Whether people are called about it; null: it was not opened yet. */
    readonly paging: Paging | null;
  }[];
  /** The people of each level; a level without any is not called. */
  readonly contacts: Contacts;
  /** Hosts that a rollback could not reach and that are online again or have left the fleet. */
  readonly returned: readonly ReturnedHost[];
  /** The fleets that a rollback holds. */
  readonly held: readonly HeldFleet[];
  /** The rollbacks that wait for a fleet. */
  readonly waiters: readonly WaitingRollback[];
  /** The open reviews of which people may have to be told: without those that have been overdue for more than a day. */
  readonly reviews: readonly OpenReview[];
  /** The review that has been overdue for longest; null: none is overdue. */
  readonly overdue: OpenReview | null;
};
/** A host that a rollback could not reach and that is online again or has left the fleet. */
export type ReturnedHost = {
  readonly phase: number;
  readonly instance_id: string;
  readonly name: string;
  /** The rollback that could not reach the host. */
  readonly rollback: string;
  /** ISO 8601: the end of that rollback. */
  readonly since: string;
  /** The final severity of that rollback. */
  readonly severity: Severity;
  /** The host needs no rollback any more: its phase was deployed again after that rollback, or it has left the fleet. */
  readonly superseded: boolean;
  /** Automation of the phase is paused, or the version to restore is blocked; absent: neither. */
  readonly paused?: boolean;
  /** A person left the host out, so only a person rolls it back; absent: nobody did. */
  readonly left_out?: boolean;
};
/** A fleet whose lock a rollback holds. */
export type HeldFleet = {
  readonly fleet: string;
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  /** The phases of a rollback of several; absent: `phase` alone. */
  readonly phases?: readonly number[];
  readonly fence: number;
  /** The status of the holder's execution. */
  readonly status: string;
  /** The holder's ending; null: it has none yet; undefined: the holder has no record. */
  readonly ending: string | null | undefined;
};

/** A rollback in the queue of a fleet, with the status of its execution and its ending, as for a held fleet. */
export type WaitingRollback = Omit<HeldFleet, 'fence'> & Pick<Waiter, 'part'>;

/** The names of the messages that Reconcile sends. */
export const reconcileMessages = [
  ...endingMessages, // of executions that ended before they sent one
  'fleet-held',
  'reminder',
  'call',
  'acknowledged',
  'limit-at-risk',
  'review-reminder',
  'drill-result',
] as const;
export type ReconcileMessage = (typeof reconcileMessages)[number];

/** One action of Reconcile. */
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
      /** The phases of a rollback of several; absent: `phase` alone. */
      readonly phases?: readonly number[];
      readonly rollback: string;
      readonly execution_arn: string;
      readonly status: string;
      readonly why: string;
    }
  /** Removes a rollback that has ended from the queue of its fleet. */
  | { readonly type: 'leave queue'; readonly fleet: string; readonly rollback: string }
  /** Takes the fleet for a rollback that ended *Needs a person* while another one held it. */
  | { readonly type: 'keep for a person'; readonly fleet: string; readonly rollback: string }
  | { readonly type: 'free'; readonly fleet: string; readonly rollback: string; readonly fence: number }
  | {
      readonly type: 'page';
      readonly message: 'needs-a-person' | 'fleet-held';
      readonly phase: number;
      readonly rollback: string;
      readonly why: string;
      /** The message's name, if the rollback may have several of this kind. */
      readonly name?: string;
    }
  | { readonly type: 'remind'; readonly question: Question; readonly call: Call }
  /** Calls the next level about a page that nobody has heard. */
  | { readonly type: 'call'; readonly rollback: string; readonly page: Page; readonly call: LevelCall }
  /** Tells everybody who was called that somebody has heard it, answered it or released the fleet. */
  | { readonly type: 'tell news'; readonly rollback: string; readonly news: News }
  | { readonly type: 'wake'; readonly rollback: string; readonly number: number }
  /** Asks a hand-over again with five minutes to answer. `by`: the execution of the CRITICAL rollback that waits. */
  | { readonly type: 'cut short'; readonly question: Question; readonly by: string }
  | { readonly type: 'report passed over'; readonly question: Question; readonly passedOver: readonly PassedOver[] }
  | { readonly type: 'warn limit at risk'; readonly phase: number; readonly rollback: string; readonly says: string }
  | { readonly type: 'report limit missed'; readonly rollback: string }
  | { readonly type: 'remind of review'; readonly review: OpenReview; readonly call: ReviewCall }
  | { readonly type: 'count overdue review'; readonly review: OpenReview };
export type ReviewCall = Call & { readonly percent: keyof typeof reviewMessages };

/** EventBridge delivers within seconds; an alarm event that is not handled after 90 s is lost. */
const lostAfterMilliseconds = 90_000;

/** A CRITICAL rollback has 15 minutes; after one minute of waiting a person must know which rollback holds the fleet. */
const heldTooLongMilliseconds = 60_000;
/** Other rollbacks have an hour or more, but a fleet that a person must release needs that person too. */
const heldTooLongOtherwiseMilliseconds = 10 * 60_000;

/** Returns the key of an alarm's change of state in Observation.handled. */
export const alarmChangeKey = ({ alarm, changed_at }: Pick<AlarmTransition, 'alarm' | 'changed_at'>) =>
  `${alarm}@${changed_at}`;

/**
 * Returns the actions after which every alarm is handled, every ended rollback is closed, and no fleet is held without need.
 *
 * Reconcile calls this every minute. Equal observations give equal actions, and every action may be carried out twice.
 */
export function reconcile(observation: Observation): Action[] {
  const { now, red, handled, open, held } = observation;
  const lost = red
    .filter(
      (alarm) => !handled.has(alarmChangeKey(alarm)) && now - Date.parse(alarm.changed_at) >= lostAfterMilliseconds,
    )
    .map((alarm): Action => ({ type: 'start', alarm }));
  // Its execution looks at the hosts again, and joins the rollback that asks only if many are ill.
  const looks = red
    .filter((alarm) => open.some((one) => one.status === 'RUNNING' && one.askedAboutFew === alarmChangeKey(alarm)))
    .map((alarm): Action => ({ type: 'start', alarm }));
  const closed = open.filter(({ status }) => status !== 'RUNNING');
  const known = new Set(closed.map(({ rollback }) => rollback));
  return [
    ...lost,
    ...looks,
    ...closed.map(close),
    ...held.filter(({ rollback }) => !known.has(rollback)).flatMap(lockAction),
    ...observation.waiters.filter(({ rollback }) => !known.has(rollback)).flatMap((one) => queueAction(one, held)),
    ...open.flatMap((one) => [
      ...fleetHeldPage(one, held, observation),
      ...cutShort(one, held, observation),
      ...questionActions(one, now),
      ...callActions(one, observation),
      ...limitActions(one, now),
    ]),
    ...returnedHostActions(observation),
    ...reviewActions(observation),
  ];
}

/**
 * Rolls back the hosts that are online again, all hosts of one rollback together.
 * A host that a person left out waits for a person. The others wait while automation of the phase is paused or the version to
 * restore is blocked, while any fleet is held, while a rollback of their phase is open, and while any rollback acts.
 */
function returnedHostActions({ returned, open, held }: Observation): Action[] {
  const busy = (phase: number) =>
    held.length > 0 || open.some((one) => phasesOf(one).includes(phase) || one.acting !== null);
  const due = returned.filter(
    ({ phase, superseded, paused, left_out }) => !superseded && !paused && !left_out && !busy(phase),
  );
  return [
    ...returned
      .filter(({ superseded }) => superseded)
      .map(({ phase, instance_id }): Action => ({ type: 'forget returned host', phase, instance_id })),
    ...oldestFirst(due),
  ];
}

/**
 * Returns the rollback of the hosts that have waited longest; of several phases that one rollback left, the latest first, as it
 * would have. Only one at a time, because phases share one git tree.
 */
function oldestFirst(due: readonly ReturnedHost[]): Action[] {
  const [first] = due.toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since) || b.phase - a.phase);
  if (!first) return [];
  const { phase, rollback, severity } = first;
  const hosts = due.filter((one) => one.rollback === rollback && one.phase === phase).map(({ name }) => name);
  return [{ type: 'roll back returned hosts', phase, rollback, severity, hosts: hosts.toSorted() }];
}

/**
 * Pages for a rollback that waits too long, with the commands that free the fleet. A page is sent once per holder: the
 * commands of an earlier page would stop the wrong rollback.
 */
function fleetHeldPage(
  { phase, rollback, waiting, status }: Observation['open'][number],
  held: readonly HeldFleet[],
  { now, open }: Pick<Observation, 'now' | 'open'>,
) {
  const holder = held.find(({ fleet }) => fleet === waiting?.fleet);
  if (status !== 'RUNNING' || !waiting || !holder || holder.rollback === rollback) return [];
  const handsOver = handOverOf(holder, open);
  // It waits for that rollback's steps by its own choice, but not for an operator.
  if (waiting.lent && holder.status === 'RUNNING' && !handsOver) return [];
  const soon = handsOver ? 0 : heldTooLongMilliseconds; // it waits for a person, who may not know that somebody waits
  const tooLong = waiting.severity === 'CRITICAL' ? soon : heldTooLongOtherwiseMilliseconds;
  if (now - Date.parse(waiting.since) <= tooLong) return [];
  const why = `This rollback has waited since ${waiting.since} for fleet ${holder.fleet}, which rollback ${holder.rollback} of ${phaseWords(holder)} holds. ${handsOver ? howToAnswer(holder, handsOver.deadline, handsOver.stopped?.state) : howToFreeFleet(holder)}`;
  const name = waiting.holders > 1 ? { name: `fleet-held-${waiting.holders}` } : {};
  return [{ type: 'page', message: 'fleet-held', phase, rollback, why, ...name } as const];
}

/** A CRITICAL rollback has 15 minutes in all, so an operator has five for the hand-over that it waits for. */
function cutShort(
  { waiting, status, execution_arn, rollback }: Observation['open'][number],
  held: readonly HeldFleet[],
  { now, open }: Pick<Observation, 'now' | 'open'>,
): Action[] {
  const holder = held.find(({ fleet }) => fleet === waiting?.fleet);
  const question = holder && holder.rollback !== rollback ? handOverOf(holder, open) : undefined;
  if (status !== 'RUNNING' || waiting?.severity !== 'CRITICAL') return [];
  return question && isCutShort(question, now) ? [{ type: 'cut short', question, by: execution_arn }] : [];
}

/** Returns the hand-over that the holder of a fleet asks; undefined if it asks none. */
function handOverOf({ rollback }: HeldFleet, open: Observation['open']): Question | undefined {
  const question = open.find((one) => one.rollback === rollback)?.asked?.question;
  return question?.kind === 'hand-over' ? question : undefined;
}

/** Returns, in words, how a person frees the fleet from a holder that waits for an operator. `state`: where it stopped. */
export const howToAnswer = (
  { execution_arn, rollback }: Pick<HeldFleet, 'rollback' | 'execution_arn'>,
  deadline: string,
  state?: string,
) =>
  `Rollback ${rollback} stopped${state ? ` at "${state}"` : ''} and waits for an operator until ${deadline} (docs/runbook.md#hand-over). Its answers: npm run rollback -- show ${rollback}${environmentWords(execution_arn)} . To end it and free the fleet: ${releaseOf({ rollback, execution_arn })}`;

/** The machine times out at the deadline; one that still waits 30 s later must be woken. */
const oversleptMilliseconds = 30_000;

/**
 * Reminds people of an open question, and reports decisions on it that no execution gave. Wakes a machine that still waits
 * for a question that is decided or lapsed, or that has nothing left to ask about.
 */
function questionActions(one: Observation['open'][number], now: number): Action[] {
  const { asked, status } = one;
  if (asked === null || status !== 'RUNNING') return [];
  const { question, passedOver = [] } = asked;
  const report: Action[] = passedOver.length > 0 ? [{ type: 'report passed over', question, passedOver }] : [];
  return [...report, ...remindOrWake(asked, now)];
}

function remindOrWake(
  { question, decisions, isNeedless }: NonNullable<Observation['open'][number]['asked']>,
  now: number,
): Action[] {
  const { rollback, number, deadline } = question;
  const resolution = resolve(decisions, question, now);
  if (resolution.state === 'open') {
    if (isNeedless) return [{ type: 'wake', rollback, number }]; // the machine then stands down
    // Only the newest reminder: after an outage of Reconcile two would be due at once. The question itself calls L1.
    const call = callsDue(question, now).findLast(({ percent }) => percent === 50 || percent === 80);
    return call ? [{ type: 'remind', question, call }] : [];
  }
  const since = resolution.state === 'decided' ? resolution.at : deadline;
  return now - Date.parse(since) >= oversleptMilliseconds ? [{ type: 'wake', rollback, number }] : [];
}

/**
 * Calls the levels that are due about a page that nobody has heard, and tells people who has. A question that is decided,
 * over or needless has no more calls, although its page is open until its machine wakes.
 */
function callActions(
  { rollback, status, paging, asked }: Observation['open'][number],
  { now, contacts }: Pick<Observation, 'now' | 'contacts'>,
): Action[] {
  if (status !== 'RUNNING' || paging === null) return [];
  const isOver = asked !== null && (asked.isNeedless || resolve(asked.decisions, asked.question, now).state !== 'open');
  return pagingActions(rollback, isOver ? { ...paging, page: null } : paging, contacts, now);
}

/** Returns the calls and the news that are due about one rollback. */
export const pagingActions = (
  rollback: string,
  paging: Paging,
  contacts: Contacts,
  now: number,
): Extract<Action, { type: 'call' | 'tell news' }>[] => [
  ...newsDue(paging).map((news) => ({ type: 'tell news', rollback, news }) as const),
  ...levelCallsDue(paging, contacts, now).flatMap((call) =>
    paging.page ? [{ type: 'call', rollback, page: paging.page, call } as const] : [],
  ),
];

/** Warns before a limit is missed, and reports the miss. Both are sent once only. */
function limitActions(
  { acting, waiting, rollback, phase, status }: Observation['open'][number],
  now: number,
): Action[] {
  if (acting === null || status !== 'RUNNING') return [];
  const forecast = limitForecast(acting.limit, now, acting.remaining);
  if (forecast.state === 'missed') return acting.missed ? [] : [{ type: 'report limit missed', rollback }];
  if (forecast.state === 'within') return [];
  const waits = waiting ? ` The rollback has waited for fleet ${waiting.fleet} since ${waiting.since}.` : '';
  return [{ type: 'warn limit at risk', phase, rollback, says: `${forecast.says}${waits}` }];
}

/**
 * Reminds people of open reviews at half and at 80 % of the time and at the deadline, each once. Counts every minute while
 * a review is overdue, so that its alarm stays red until it is given.
 */
function reviewActions({ reviews, overdue, now }: Observation): Action[] {
  const reminders = reviews.flatMap((review): Action[] => {
    // Only the newest call: after an outage of Reconcile two would be due at once.
    const call = callsDue({ asked_at: review.since, deadline: review.due }, now).findLast(isReviewCall);
    return call && call.percent > review.told ? [{ type: 'remind of review', review, call }] : [];
  });
  return overdue ? [...reminders, { type: 'count overdue review', review: overdue }] : reminders;
}

/** Nobody is called at the end of the rollback: its last message names the review. */
const isReviewCall = (call: Call): call is ReviewCall => call.percent !== 0;

/** Returns, in words, the commands with which a person frees the fleet from its holder. */
export const howToFreeFleet = ({
  status,
  rollback,
  execution_arn,
}: Pick<HeldFleet, 'status' | 'rollback' | 'execution_arn'>) => {
  const release = releaseOf({ rollback, execution_arn });
  return status === 'RUNNING'
    ? `Rollback ${rollback} still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn ${execution_arn}) and then release the fleet: ${release}`
    : `Rollback ${rollback} ended ${status}: if the hosts are safe, release the fleet: ${release}`;
};

const releaseOf = ({ rollback, execution_arn }: Pick<HeldFleet, 'rollback' | 'execution_arn'>) =>
  `npm run rollback -- release --rollback ${rollback} --operator "${yourName}" --reason "${yourReason}"${environmentWords(execution_arn)}`;

const close = ({
  phase,
  phases,
  rollback,
  execution_arn,
  status,
}: Pick<HeldFleet, 'phase' | 'phases' | 'rollback' | 'execution_arn' | 'status'>): Action => ({
  type: 'close',
  phase,
  ...(phases ? { phases } : {}),
  rollback,
  execution_arn,
  status,
  why: whyClosed(status),
});

/** Without a full stop: the cause may follow. */
const whyClosed = (status: string) =>
  status === 'DELETED'
    ? 'The execution was deleted, perhaps with its state machine, without closing the rollback'
    : `The execution ended ${status} without closing the rollback`;

const page = (phase: number, rollback: string, why: string): Action => ({
  type: 'page',
  message: 'needs-a-person',
  phase,
  rollback,
  why,
});

/**
 * Frees a fleet only if its holder ended well; every other lock waits for a person, who is paged.
 * A page is sent once only, so the same action every minute is harmless: it is retried until it is sent.
 */
function lockAction(held: HeldFleet): Action[] {
  const { fleet, phase, rollback, fence, status, ending } = held;
  if (status === 'RUNNING') return [];
  if (ending === undefined)
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback}, a rollback without a record.`)];
  if (ending === null) return [close(held)];
  if (ending === 'Needs a person')
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback} until a person releases it.`)];
  return [{ type: 'free', fleet, rollback, fence }];
}

/**
 * Keeps the queue free of rollbacks whose execution has ended: one that died must not hold up the others. A rollback that
 * needs a person gets the fleet as soon as it is free, so that the person releases it as any other.
 */
function queueAction(
  { fleet, rollback, part, status, ending, ...waiter }: WaitingRollback,
  held: readonly HeldFleet[],
): Action[] {
  if (part === 'person')
    // Its own lock beside its place in the queue: an earlier call took the fleet and died before people knew.
    return held.some((one) => one.fleet === fleet && one.rollback !== rollback)
      ? []
      : [{ type: 'keep for a person', fleet, rollback }];
  if (status === 'RUNNING') return [];
  return ending === null ? [close({ ...waiter, rollback, status })] : [{ type: 'leave queue', fleet, rollback }];
}

/** Rebuilds a lost alarm event from the result of DescribeAlarms, as EventBridge would have delivered it. */
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
