import type { Sessions, Stretch } from '../calendar/sessions.ts';
import { counted } from '../counted.ts';
import type { EventType, RollbackEvent } from '../history/event.ts';
import type { Environment } from '../infra/environment.ts';
import type { HaltedTrading } from '../message/halted-trading.ts';
import type { Told } from './told.ts';

/** The environment that a story is written from, as its file is now: a record has none of it. */
export type Setup = Partial<Pick<Environment, 'venues' | 'hold' | 'host' | 'trading'>> & {
  /** The trading sessions of the rollback's phase. Absent: no venues are named. */
  readonly sessions?: Sessions | undefined;
};

/** A story's calendar covers so much before its 0s and after it. */
const coveredMinutes = 14 * 24 * 60;
const minute = 60_000;

/** A session of a story, in times from its start. */
type Session = { readonly from: string; readonly until: string };

/**
 * Returns the trading sessions around a rollback as a story writes them, in whole minutes; undefined if it has no calendar, or no session
 * within two weeks. A date that no file covers counts as open.
 */
export function calendarOf({ zero }: Pick<Told, 'zero'>, sessions: Sessions | undefined): Session[] | undefined {
  if (!sessions) return undefined;
  const minuteOf = (at: number) => {
    const found = Math.round((at - zero) / minute);
    return Math.max(-coveredMinutes, Math.min(coveredMinutes, found));
  };
  const open: Stretch[] = [
    { from: -Infinity, until: sessions.from },
    ...sessions.sessions,
    { from: sessions.until, until: Infinity },
  ];
  const found: Stretch[] = [];
  for (const one of open.map(({ from, until }) => ({ from: minuteOf(from), until: minuteOf(until) }))) {
    const before = found.at(-1);
    if (one.from >= one.until) continue;
    if (before && one.from <= before.until) found.splice(-1, 1, { from: before.from, until: one.until });
    else found.push(one);
  }
  return found.length === 0 ? undefined : found.map(({ from, until }) => ({ from: `${from}m`, until: `${until}m` }));
}

/** Returns what of an environment a story cannot have, one sentence each. `environment`: its name. */
export function notOfStories(environment: string, setup: Setup): string[] {
  const { venues, sessions } = setup;
  const phases = Object.keys(venues?.phases ?? {});
  return [
    ...(sessions && phases.length > 0
      ? [
          `The sessions of phases ${phases.join(', ')}, which have venues of their own: the story has one calendar for all.`,
        ]
      : []),
    ...(venues?.halted
      ? [
          'Halts of venues (venues.halted): the record does not have them, unless a reason names one. A story has them as market.',
        ]
      : []),
    // A rehearsal runs with the file of local, so only what another environment's file names is missing.
    ...(environment === 'local' ? [] : ofOtherFile(setup)),
  ];
}

const ofOtherFile = ({ hold, host, trading }: Setup): string[] => [
  ...(hold
    ? [`The script that holds deployments (hold: ${hold.script}): the rehearsal has that of local, if any.`]
    : []),
  ...(host && host.protected.length > 0
    ? [`The protected paths (host.protected: ${host.protected.length}): the rehearsal has those of local.`]
    : []),
  ...(trading && trading.halt_on_critical.length > 0
    ? [`The halt of trading by alarms of ${trading.halt_on_critical.join(', ')} (trading.halt_on_critical).`]
    : []),
];

const followedUp = 'What followed it: checks, tasks and reports.';

/**
 * Per type of event: whether a story has it (true), as its own words or as what follows from them, or else the sentence that names what the
 * story does not have.
 */
const inStories: Readonly<Record<EventType, true | string>> = {
  'Rollback opened': true,
  'Alarm repeated': true,
  'Alarm joined': true,
  'Principal verified': true,
  'Severity assessed': true,
  Decided: true,
  'Question asked': true,
  'Answer given': true,
  'Question settled': true,
  'Decision passed over': 'Answers that did not count, because nobody had given them or they came too late.',
  'Versions looked at': true,
  'Hosts frozen': true,
  'Begins at step': true,
  'Narrowed to ill hosts': 'Only some hosts were ill: the fault of the story is on every host.',
  'Hosts lost': true,
  'Hosts shut down': true,
  'Waiting for the fleet': true,
  'Fleet taken': true,
  'Fleet lent': true,
  'Fleet kept': true,
  'Hosts already done': 'Other rollbacks had done some of the hosts.',
  'Phases already done': 'Other rollbacks had done some of the phases.',
  'Hosts left out': true,
  'Step skipped': true,
  'Step passed over': true,
  'Flags overridden': true,
  'Target frozen': true,
  'Target not frozen': "The target's tag did not name one commit on all hosts: the tags of the story do.",
  'Deployments held': true,
  'Deployments not held': true,
  'Step started': true,
  'Step done': true,
  'Step failed': true,
  Planned: true,
  'Drill held': true,
  'Recovery confirmed': true,
  'Recovery not confirmed': true,
  'Message sent': true,
  'Message not sent': true,
  'Execution stopped': true,
  'Limit at risk': true,
  'Limit missed': true,
  'Rollback closed': true,
  'Fleet released': true,
  Acknowledged: true,
  Annotated: true,
  Reviewed: true,
  'Follow-up begun': followedUp,
  'Checked afterwards': followedUp,
  'Evidence collected': followedUp,
  'Task opened': followedUp,
  'Task assigned': followedUp,
  'Task completed': followedUp,
  'Report drafted': followedUp,
  'Report accepted': followedUp,
  'Followed up': followedUp,
  'History caught up': true,
  Sealed: true,
};

/** Returns what events name that a story does not have, one sentence each. */
export const notInStories = (events: readonly RollbackEvent[]): string[] => [
  ...new Set(events.map(({ type }) => inStories[type]).filter((one) => one !== true)),
  ...events
    .filter(({ detail }) => detail['trading_halted'])
    .slice(0, 1)
    .map(haltOf),
];

/** A record has what a look at the hosts found, and not the halt itself. */
const haltOf = ({ at, detail }: RollbackEvent): string => {
  const { hosts } = detail['trading_halted'] as HaltedTrading;
  return `The halt of trading: at ${at} it was halted on ${counted(hosts, 'host')}. The record does not have when that began: add halt at its time.`;
};
