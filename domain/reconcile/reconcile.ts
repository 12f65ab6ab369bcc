import type { AlarmTransition } from '../alarm/alarm-event.ts';
import { limitForecast } from '../decision/limits.ts';
import { leftAfterDeployed } from '../message/half-rolled-back.ts';
import { phasesOf } from '../phases.ts';
import { type Call, callsDue } from '../question/question.ts';
import type { Action, ReviewCall } from './action.ts';
import { close, cutShort, fleetHeldPage, lockAction, queueAction } from './fleet-actions.ts';
import { alarmChangeKey, type Observation, type ReturnedHost } from './observation.ts';
import { callActions, questionActions } from './question-actions.ts';

/** EventBridge delivers within seconds; an alarm event that is not handled after 90 s is lost. */
const lostAfterMilliseconds = 90_000;

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
    ...putRightActions(observation),
    ...returnedHostActions(observation),
    ...reviewActions(observation),
  ];
}

/** Trading may resume again once verified deployments have put right what a rollback left half done. */
const putRightActions = ({ half = [] }: Observation): Action[] =>
  half.flatMap((one): Action[] => {
    const left = leftAfterDeployed(one.half, one);
    return left === one.half ? [] : [{ type: 'put right', rollback: one.half.rollback, left }];
  });

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
