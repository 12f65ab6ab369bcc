import { counted } from '../counted.ts';
import { followUpOf } from '../follow-up/follow-up.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { limitMinutes } from '../severity.ts';

/** The criteria of the procedure, in its order. */
export const criteria = ['Rollback time', 'Data loss', 'Service recovery', 'Performance'] as const;

/** The results that statistics count. `unknown`: the record does not say, or nobody measured it. */
export const countedResults = ['yes', 'no', 'unknown'] as const;
export type CountedResult = (typeof countedResults)[number];

/** Whether a rollback met one of the procedure's success criteria ("Success Criteria"). */
export type Criterion = {
  readonly criterion: (typeof criteria)[number];
  readonly target: string;
  readonly met: CountedResult | 'not yet' | 'does not apply';
  readonly says: string;
};

type Judged = Pick<
  RollbackRecord,
  | 'mode'
  | 'fence'
  | 'severity'
  | 'duration_minutes'
  | 'deadline'
  | 'completion_time'
  | 'limit_missed'
  | 'data_loss'
  | 'ending'
  | 'problem'
  | 'hosts'
  | 'hosts_not_online'
  | 'left_out'
  | 'alarm'
>;

/** Endings of rollbacks that acted on hosts, if they took the fleet: one that stood down then has touched none. */
const acted: readonly (string | null)[] = ['Rolled back', 'Rolled back, unverified', 'Needs a person'];

/** Whether a rollback is judged: it is live, has ended, and acted on the fleet. Only these are counted. */
export const isJudged = ({ mode, fence, ending }: Pick<Judged, 'mode' | 'fence' | 'ending'>): boolean =>
  (mode ?? 'live') === 'live' && fence !== null && acted.includes(ending);

/**
 * Returns the four criteria for a rollback, from its record, and from the check of its recovery and those that followed it. The
 * incident page, the reports and the statistics all judge by it.
 *
 * A value that nobody measured is `unknown`, never met.
 */
export function successCriteria(record: Judged, events: readonly RollbackEvent[]): Criterion[] {
  const all = [time(record), dataLoss(record), recovery(record, events), performance(record, events)];
  if (isJudged(record)) return all;
  const isLive = (record.mode ?? 'live') === 'live';
  const isOpen = record.ending === null && isLive;
  const says = isOpen ? 'It has not ended.' : isLive ? 'No host was touched.' : 'Nothing was changed.';
  return all.map((one) => (isOpen ? openOne(one, record, says) : { ...one, met: 'does not apply', says }));
}

/** A rollback that is open can have missed its limit already; nothing else is judged. */
const openOne = (one: Criterion, { limit_missed }: Judged, says: string): Criterion =>
  one.criterion === 'Rollback time' && limit_missed
    ? { ...one, met: 'no', says: 'The limit has passed, and it still runs.' }
    : { ...one, met: 'not yet', says };

function time({ severity, duration_minutes, deadline, completion_time, limit_missed, ending }: Judged): Criterion {
  const target =
    deadline === null
      ? 'within the limit of its severity'
      : `over by ${deadline} (${severity}; the procedure: ${counted(limitMinutes[severity], 'minute')})`;
  const criterion = { criterion: 'Rollback time', target } as const;
  // Without this, a rollback that is given up quickly would improve the figure.
  if (ending === 'Needs a person')
    return {
      ...criterion,
      met: 'no',
      says: `It was not completed: it stopped after ${counted(duration_minutes, 'minute')}.`,
    };
  if (duration_minutes === null || completion_time === null || deadline === null)
    return { ...criterion, met: 'unknown', says: 'The record has no limit or no end.' };
  const late = limit_missed || completion_time > deadline;
  return { ...criterion, met: late ? 'no' : 'yes', says: `It took ${counted(duration_minutes, 'minute')}.` };
}

function dataLoss({ data_loss }: Judged): Criterion {
  const criterion = { criterion: 'Data loss', target: 'zero' } as const;
  if (data_loss === null)
    return { ...criterion, met: 'unknown', says: 'Not every host reported whether data was lost.' };
  return {
    ...criterion,
    met: data_loss ? 'no' : 'yes',
    says: data_loss ? 'A host reported a loss.' : 'No host lost data. What the steps removed is in quarantine.',
  };
}

function recovery({ ending, hosts, hosts_not_online, left_out, problem }: Judged, events: readonly RollbackEvent[]) {
  const criterion = { criterion: 'Service recovery', target: '100 % of the hosts' } as const;
  const check = newestCheck(events);
  if (ending === 'Needs a person')
    return { ...criterion, met: 'no', says: 'It stopped, so recovery was not confirmed.' } as const;
  if (!check || hosts === null) return { ...criterion, met: 'unknown', says: 'Recovery was not checked.' } as const;
  const good = Number(check.detail['hosts_done'] ?? 0);
  const missing = [
    ...(good < hosts ? [`${good} of ${hosts} hosts were confirmed`] : []),
    ...(hosts_not_online.length > 0 ? [`not reached: ${hosts_not_online.slice(0, 5).join(', ')}`] : []),
    ...(left_out.length > 0 ? ['people left hosts or steps out'] : []),
    ...(problem === null ? [] : [problem]),
  ];
  if (ending === 'Rolled back' && missing.length === 0)
    return {
      ...criterion,
      met: 'yes',
      says: `Every host was at the target and healthy: ${counted(hosts, 'host')}.`,
    } as const;
  return {
    ...criterion,
    met: 'no',
    says: `${ending}; ${missing.join('; ') || 'not every host was confirmed'}.`,
  } as const;
}

/** Recovery is confirmed only if the alarm's metric is at its baseline; a later check of the follow-up that sees it away counts more. */
function performance({ alarm, problem }: Judged, events: readonly RollbackEvent[]): Criterion {
  const criterion = { criterion: 'Performance', target: 'back at the baseline' } as const;
  const last = followUpOf(events)?.checks.findLast(({ state }) => state !== 'unknown');
  if (last?.state === 'relapsed')
    return { ...criterion, met: 'no', says: `${counted(last.hours, 'hour')} later: ${last.says[0]}` };
  if (alarm === null) return { ...criterion, met: 'unknown', says: 'A person started it, so no metric is compared.' };
  if (last) return { ...criterion, met: 'yes', says: `Healthy ${counted(last.hours, 'hour')} later.` };
  const check = newestCheck(events);
  if (!check) return { ...criterion, met: 'unknown', says: 'Recovery was not checked.' };
  const { verdict, impact_over } = check.detail;
  if (check.type === 'Recovery confirmed' && verdict === 'PASS' && impact_over !== false)
    return {
      ...criterion,
      met: 'yes',
      says: `The metric of ${alarm.name} was at its baseline when recovery was confirmed.`,
    };
  return { ...criterion, met: 'unknown', says: `It could not be confirmed.${problem === null ? '' : ` ${problem}`}` };
}

const newestCheck = (events: readonly RollbackEvent[]) =>
  events.findLast(({ type }) => type === 'Recovery confirmed' || type === 'Recovery not confirmed');
