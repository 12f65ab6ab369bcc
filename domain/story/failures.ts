import type { RollbackEvent } from '../history/event.ts';
import { failedIn } from '../host/failed-hosts.ts';
import { type Entry, offsetOf, type Part, phaseOf, type Told } from './told.ts';

/** The reasons that Systems Manager gives for a host that did not take its command. */
const isUnreached = (reason: string) =>
  /^(Delivery Timed Out|Undeliverable|Terminated|ConnectionLost|it did not|no answer|not reached)/i.test(reason);
const isHanging = (reason: string) => /^Execution Timed Out/i.test(reason);

/** `attempts`: of the step on this host, failed ones. */
type Failure = { readonly step: string; readonly host: string; readonly reason: string; readonly attempts: number };

/**
 * Returns what went wrong on hosts. A failure that the next attempt undid is left out: a host of the story fails in the same way
 * by itself, until its trading system has ticked.
 */
export function failuresOf(told: Told): Part {
  const { events } = told;
  const failures = lastFailures(events);
  const hosts = failures.map((one) => hostFailure(told, one));
  return {
    when: [...notOnline(told), ...hosts, ...stopOf(told), ...recoveryOf(told)],
    notExpressed: [
      ...failures.map(
        ({ step, host, reason }) =>
          `${step} failed on ${told.hostOf(host)} because of: ${reason}. The story lets its script ${isHanging(reason) ? 'hang' : 'fail'}.`,
      ),
      ...(stopOf(told).length > 0
        ? ['The instant at which the execution was stopped: the story stops it after the last thing that it recorded.']
        : []),
      ...notSent(events),
      ...lost(events),
      ...notHeld(events),
    ],
  };
}

const notOnline = ({ events, hostOf }: Told): Entry[] => {
  const frozen = events.find(({ type }) => type === 'Hosts frozen')?.detail;
  return ((frozen?.['not_online'] ?? []) as readonly string[]).map((name) => ({
    at: '0s',
    host: { name: hostOf(name), state: 'unreachable' },
  }));
};

/** Returns the failures with which the rollback could not go on: after them it asked people, or ended. */
function lastFailures(events: readonly RollbackEvent[]): readonly Failure[] {
  const found = new Map<string, Failure>();
  for (const [index, { type, detail }] of events.entries()) {
    if (type !== 'Step failed' || isTriedAgain(events.slice(index + 1), detail['step'])) continue;
    const step = String(detail['step']);
    for (const { host, reason } of failedIn(detail)) {
      const attempts = events.filter(
        (one) =>
          one.type === 'Step failed' &&
          one.detail['step'] === step &&
          failedIn(one.detail).some((other) => other.host === host),
      ).length;
      found.set(`${step}/${host}`, { step, host, reason, attempts });
    }
  }
  return [...found.values()];
}

const endsAttempts: readonly string[] = ['Question asked', 'Rollback closed', 'Hosts lost'];

function isTriedAgain(later: readonly RollbackEvent[], step: unknown): boolean {
  const next = later.find(
    ({ type, detail }) => endsAttempts.includes(type) || (type === 'Step started' && detail['step'] === step),
  );
  return next?.type === 'Step started';
}

function hostFailure(told: Told, { step, host: name, reason, attempts }: Failure): Entry {
  const host = told.hostOf(name);
  if (isUnreached(reason)) {
    const started = told.events.find(({ type, detail }) => type === 'Step started' && detail['step'] === step);
    return {
      at: offsetOf(told, started?.at ?? told.record.start_time, -1),
      host: { name: host, state: 'unreachable' },
    };
  }
  return {
    at: '0s',
    script: { step, host, ...(isHanging(reason) ? { hangs: true, times: attempts } : { fails: attempts }) },
  };
}

/** Returns the stop of an execution that ended without its rollback: within a second of the last thing that it did. */
function stopOf(told: Told): Entry[] {
  const { events } = told;
  const closed = events.find(({ type }) => type === 'Rollback closed');
  const problem = String(closed?.detail['problem'] ?? '');
  if (!/^The execution ended (ABORTED|TIMED_OUT)/.test(problem)) return [];
  const last = events.findLast(({ type }) => ['Step started', 'Fleet taken', 'Decided', 'Step done'].includes(type));
  return [
    {
      at: offsetOf(told, last?.at ?? told.record.start_time),
      stop: { phase: phaseOf(told), ...(problem.includes('TIMED_OUT') ? { how: 'timed-out' } : {}) },
    },
  ];
}

/** Returns the healing of a fault that was over before the rollback acted: a minute before it was found so. */
function recoveryOf(told: Told): Entry[] {
  const { events, record } = told;
  const over = events.findLast(
    ({ type, detail }) =>
      type === 'Decided' &&
      ((detail['why'] ?? []) as string[]).some((one) => /has recovered|is no longer red/.test(one)),
  );
  if (!over || !record.alarm) return [];
  return [{ at: offsetOf(told, over.at, -120), heal: { phase: record.phase } }];
}

const notSent = (events: readonly RollbackEvent[]) =>
  events.some(({ type, detail }) => type === 'Step failed' && Number(detail['not_sent'] ?? 0) > 0)
    ? ['Hosts to which a step was not sent, because too many others had failed, are not named in the events.']
    : [];

const notHeld = (events: readonly RollbackEvent[]) =>
  events.some(({ type }) => type === 'Deployments held' || type === 'Deployments not held')
    ? [
        `The script that holds deployments is the environment's: a story runs it only if the environment of the rehearsal names one (hold), and none fails.`,
      ]
    : [];

const lost = (events: readonly RollbackEvent[]) =>
  events.flatMap(({ type, detail }) =>
    type === 'Hosts lost'
      ? [`Hosts left the fleet in ${detail['step']}: ${((detail['away'] ?? []) as string[]).join('; ')}.`]
      : [],
  );
