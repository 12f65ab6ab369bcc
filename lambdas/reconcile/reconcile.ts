import {
  openReviewOf,
  pasteableReviews,
  reviewCommands,
  reviewMessageOf,
  reviewNumber,
  reviewStanding,
} from '../../domain/afterwards/review.ts';
import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import { contentHash } from '../../domain/content-hash.ts';
import { counted } from '../../domain/counted.ts';
import { reconcileOperator } from '../../domain/decision/situation.ts';
import { executionName } from '../../domain/execution-name.ts';
import { hostsShutDown } from '../../domain/history/hosts-shut-down.ts';
import { recordOf } from '../../domain/history/record.ts';
import { calledByReminder, standingOf } from '../../domain/message/call-values.ts';
import { messageOfEnding } from '../../domain/message/ending-message.ts';
import { questionValues, reminderValues } from '../../domain/message/question-values.ts';
import { contactLine } from '../../domain/question/contact.ts';
import { messageOf } from '../../domain/question/question.ts';
import type { Action, ReconcileMessage } from '../../domain/reconcile/action.ts';
import { pagingOf } from '../../domain/reconcile/paging.ts';
import { rebuiltEvent, reconcile } from '../../domain/reconcile/reconcile.ts';
import type { StartMachine } from '../clients/start-machine.ts';
import type { Wake } from '../clients/wake-machine.ts';
import { callPeople } from '../operations/call-people.ts';
import { readQuestion } from '../operations/checked-question.ts';
import type { CloseResult } from '../operations/close-rollback.ts';
import type { Stopped } from '../operations/close-stopped.ts';
import { cutShort } from '../operations/cut-short.ts';
import { type LimitMissedDeps, reportIfLimitMissed } from '../operations/limit-missed.ts';
import { type ReportPassedOverDeps, reportPassedOver } from '../operations/report-passed-over.ts';
import type { SendRequest } from '../operations/send-message.ts';
import { asHolder } from '../operations/take-free-fleet.ts';
import { sealedSoon } from '../stores/seal.ts';
import { type ObserveDeps, observe } from './observe.ts';

export type ReconcileDeps = ObserveDeps &
  LimitMissedDeps &
  ReportPassedOverDeps & {
    readonly start: StartMachine;
    readonly arnOf: (alarm: string) => string;
    /** Ends a rollback whose execution has ended. */
    readonly closeStopped: (stopped: Stopped) => Promise<CloseResult>;
    /** Sends one message of a template. `name`: needed if a rollback has several messages of this template. */
    readonly page: (
      template: ReconcileMessage,
      request: Omit<SendRequest, 'message'>,
      name?: string,
    ) => Promise<unknown>;
    readonly wake: Wake;
    /** Counts, for the alarm on overdue reviews. */
    readonly countOverdue: () => Promise<void>;
    /** Sends the messages that SNS did not accept. */
    readonly resend: () => Promise<void>;
    /** Writes what the history table refused, for rollbacks that have no further writes. */
    readonly writeLateHistory: () => Promise<void>;
    /** Stores which hosts the fleet has, so that one that vanishes is missed. */
    readonly rememberHosts: () => Promise<void>;
    /** Ends the months before this one in the chain of links. */
    readonly closeMonths: () => Promise<void>;
    /** Indexes a part of the items that an older version of the product stored. */
    readonly indexOlderItems: () => Promise<void>;
    /** Writes into the history which versions rollbacks have blocked. */
    readonly recordBlocks: () => Promise<void>;
    /** Stores for each deployment whether its watch window passed without red. */
    readonly judgeDeployments: () => Promise<void>;
    /** Ends drills that were stopped, and counts for the alarms on drills. */
    readonly watchDrills: () => Promise<void>;
    /** Counts what was sealed since the last run in the monthly statistics. */
    readonly countStatistics: () => Promise<void>;
  };

/**
 * Looks at the whole account once and corrects what was lost or stopped half way: lost alarms, stopped executions,
 * orphaned locks, late history, unsent messages, hosts that are back. Then it stores which hosts the fleet has and which deployments are verified, and tidies
 * the history: records blocked versions, closes months, indexes older items, counts statistics.
 *
 * An action that fails does not stop the others; all errors are thrown together at the end.
 */
export async function reconcileOnce(deps: ReconcileDeps): Promise<{ readonly done: readonly Action[] }> {
  const actions = reconcile(await observe(deps));
  const problems: unknown[] = [];
  const urgent = [deps.writeLateHistory, deps.resend, ...actions.map((action) => () => carryOut(deps, action))];
  const tidying = [
    deps.recordBlocks,
    deps.judgeDeployments,
    deps.closeMonths,
    deps.indexOlderItems,
    deps.countStatistics,
    deps.watchDrills,
  ];
  for (const work of [...urgent, deps.rememberHosts, ...tidying]) await work().catch((error) => problems.push(error));
  if (problems.length > 0)
    throw new AggregateError(
      problems,
      `${counted(problems.length, 'action')} failed: ${problems.map((one) => (one as Error).message).join(' ')}`,
    );
  return { done: actions };
}

async function carryOut(deps: ReconcileDeps, action: Action): Promise<void> {
  switch (action.type) {
    case 'start':
      return deps.start(
        action.alarm.phase,
        rebuiltEvent(action.alarm, deps.arnOf(action.alarm.alarm)),
        lostAlarmName(action.alarm, deps.now()),
      );
    case 'roll back returned hosts':
      return deps.start(action.phase, returnedRequest(action), returnedName(action));
    case 'forget returned host':
      return deps.unreached.forget(action.phase, action.instance_id);
    case 'close':
      return close(deps, action);
    case 'free':
      await deps.locks.free(action.fleet, action.rollback, action.fence);
      return;
    case 'put right':
      return action.left
        ? deps.locks.keepHalf(deps.fleet, action.left)
        : deps.locks.forgetHalf(deps.fleet, action.rollback);
    case 'leave queue':
      return deps.locks.leave(action.fleet, action.rollback);
    case 'keep for a person':
      return keepForAPerson(deps, action);
    case 'page':
      await page(deps, action.message, action);
      return;
    case 'remind':
      return remind(deps, action);
    case 'call':
    case 'tell news':
      return callPeople(deps, action);
    case 'note shutdown': {
      const at = new Date(deps.now()).toISOString();
      await deps.history.append(action.rollback, hostsShutDown(action.until, at));
      return;
    }
    case 'wake':
      return deps.wake(action);
    case 'cut short':
      return cutShort(deps, action.question, action.by);
    case 'report passed over':
      return reportPassedOver(deps, action);
    case 'warn limit at risk':
      return warnLimitAtRisk(deps, action);
    case 'report limit missed': {
      const record = recordOf(await deps.history.events(action.rollback));
      return reportIfLimitMissed(deps, record, new Date(deps.now()).toISOString());
    }
    case 'remind of review':
      return remindOfReview(deps, action);
    case 'count overdue review': {
      const events = await deps.history.events(action.review.rollback);
      return openReviewOf(recordOf(events)) ? deps.countOverdue() : deps.reviews.close(action.review);
    }
  }
}

/** Ends a rollback whose execution has ended, and sends the message of its ending unless that was sent. */
async function close(deps: ReconcileDeps, action: Extract<Action, { type: 'close' }>): Promise<void> {
  const { rollback: id, execution_arn, phase, phases, status, why } = action;
  const rollback = { id, execution_arn, phase, phases, fleet: deps.fleet };
  const { ending, problem } = await deps.closeStopped({ rollback, status, why });
  const message = messageOfEnding(ending);
  if (message) await page(deps, message, { ...action, why: problem ?? why });
}

/**
 * Takes a free fleet for a rollback whose hosts a person must look at, and calls its people again: its page named the rollback that
 * held the fleet then. Another rollback may have been faster.
 */
async function keepForAPerson(
  deps: ReconcileDeps,
  { fleet, rollback }: Extract<Action, { type: 'keep for a person' }>,
): Promise<void> {
  const { locks, history, now } = deps;
  const { waiters } = await locks.queue(fleet);
  const kept = waiters.find((one) => one.rollback === rollback);
  if (!kept) return;
  const at = new Date(now()).toISOString();
  const lock = await locks.take(fleet, asHolder({ ...kept, touched: true }), at);
  if (!lock) return;
  const event = {
    id: `fleet-kept/${lock.fence}`,
    type: 'Fleet kept',
    at,
    detail: { fleet, fence: lock.fence },
  } as const;
  await sealedSoon(history, rollback, at, event);
  const why = `The fleet is now kept for this rollback, which ended "Needs a person".`;
  await page(deps, 'needs-a-person', { rollback, phase: kept.phase, why, name: 'needs-a-person-2' });
  await locks.leave(fleet, rollback);
}

async function remind(deps: ReconcileDeps, { question, call }: Extract<Action, { type: 'remind' }>): Promise<void> {
  const { page, contacts, environment, history, now } = deps;
  const asked = (await readQuestion(deps, question, { looks: 'once' })) ?? { question, decisions: [] };
  const events = await history.events(question.rollback);
  const { assessment, reason, trigger } = recordOf(events);
  const { page: open, heard } = pagingOf(events);
  const reminding = reminderValues(call, asked, { environment, contacts }, now());
  const about = { plan: null, assessment, impact: reason ?? trigger };
  const values = {
    ...questionValues(question, about, { environment, contacts }),
    ...reminding,
    ...(open ? { standing: `${standingOf(open, heard)} ${reminding.standing}` } : {}),
    level: heard || question.severity === 'CRITICAL' ? null : call.level,
    called: calledByReminder(call.level, question, { heard, contacts }),
  };
  const name = messageOf(call.percent === 50 ? 'reminder-50' : 'reminder-80', question.number);
  await page('reminder', { rollback: { id: question.rollback }, values }, name);
}

/** Calls people about an open review; removes the item of a review that was given meanwhile. */
async function remindOfReview(
  { page, contacts, environment, history, reviews }: ReconcileDeps,
  { review, call }: Extract<Action, { type: 'remind of review' }>,
): Promise<void> {
  const { rollback, due } = review;
  const events = await history.events(rollback);
  const record = recordOf(events);
  if (!openReviewOf(record)) return reviews.close(review);
  const values = {
    deadline: due,
    standing: reviewStanding(events),
    percent: call.percent,
    called: contactLine(call.level, contacts),
    machine: `rollback-${environment}-review`,
    inputs: pasteableReviews(rollback),
    commands: reviewCommands(rollback, environment),
  };
  const name = reviewMessageOf(call.percent, reviewNumber(events, { verdict: null }));
  await page('review-reminder', { rollback: { id: rollback }, values }, name);
  await reviews.told(review, call.percent);
}

async function warnLimitAtRisk(
  { page, history, now }: ReconcileDeps,
  { rollback, phase, says }: Extract<Action, { type: 'warn limit at risk' }>,
): Promise<void> {
  const at = new Date(now()).toISOString();
  await history.append(rollback, { id: 'limit-at-risk', type: 'Limit at risk', at, detail: { says } });
  await page('limit-at-risk', { rollback: { id: rollback }, values: { phase, says } });
}

type ReturnedHosts = Extract<Action, { type: 'roll back returned hosts' }>;

/**
 * Returns the input of a rollback of returned hosts. It has the severity of the rollback that it completes, because
 * these hosts have the same problem. Its limit counts from its own start: the first limit could not be kept while the
 * hosts were unreachable.
 */
const returnedRequest = ({ rollback, severity, hosts }: ReturnedHosts) => ({
  only_hosts: hosts,
  severity,
  operator: reconcileOperator,
  reason: `Can be reached again; rollback ${rollback} had to pass them by`,
});

/**
 * Returns the execution's name: one per rollback and set of hosts, so it starts once, however it ends. After a failure
 * a person looks first.
 */
const returnedName = ({ phase, rollback, hosts }: ReturnedHosts) =>
  `phase-${phase}-reconcile-returned-${contentHash([rollback, hosts]).slice(0, 16)}`;

/**
 * Returns the name of the execution for a lost alarm: by the alarm's change of state, so that two runs of Reconcile within a
 * minute start it once. The minute is part of it: an execution that was stopped before it handled the alarm is started anew.
 */
const lostAlarmName = ({ phase, trigger, alarm, changed_at }: AlarmTransition, now: number) =>
  executionName({
    machine: `phase-${phase}`,
    who: trigger,
    at: Date.parse(changed_at),
    unique: contentHash([alarm, changed_at, Math.floor(now / 60_000)]).slice(0, 8),
  });

const page = (
  deps: ReconcileDeps,
  message: ReconcileMessage,
  { rollback, phase, why, name }: { rollback: string; phase: number; why: string; name?: string },
) => deps.page(message, { rollback: { id: rollback }, values: { phase, problem: why } }, name);
