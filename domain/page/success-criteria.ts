import type { RollbackEvent } from '../history/event.ts';
import { minutesBetween, type RollbackRecord } from '../history/record.ts';
import { minutesWords } from './shown.ts';

/** Whether a rollback met one of the procedure's success criteria. */
export type Criterion = {
  readonly name: string;
  /** The procedure's words for it. */
  readonly wanted: string;
  readonly met: 'met' | 'not met' | 'not known' | 'not yet' | 'does not apply';
  readonly says: string;
};

type Read = { readonly record: RollbackRecord; readonly events: readonly RollbackEvent[] };

/** Endings of rollbacks that acted on hosts, or tried to: only these have success criteria. */
const acted = (record: RollbackRecord): boolean =>
  record.ending === null || record.fence !== null || record.ending === 'Needs a person';

/**
 * Returns the success criteria of a rollback (procedure, "Success Criteria"): time, data loss, service recovery, performance.
 *
 * A value that nobody measured is `not known`, never met.
 */
export function successCriteria(read: Read): Criterion[] {
  const all = [time(read.record), dataLoss(read.record), serviceRecovery(read), performance(read)];
  if (acted(read.record)) return all;
  return all.map(({ name, wanted }) => ({ name, wanted, met: 'does not apply', says: 'No host was touched.' }));
}

function time({ ending, start_time, deadline, duration_minutes, severity, limit_missed }: RollbackRecord): Criterion {
  const limit = deadline === null ? null : minutesBetween(start_time, deadline);
  const name = 'Rollback time';
  const wanted =
    limit === null ? 'no limit is known' : `within ${minutesWords(limit)} (${severity}, counted from the start)`;
  if (ending === null)
    return {
      ...{ name, wanted, met: limit_missed ? 'not met' : 'not yet' },
      says: limit_missed ? 'The limit has passed, and it still runs.' : 'It has not ended.',
    };
  if (duration_minutes === null) return { name, wanted, met: 'not known', says: 'Its duration is not known.' };
  const late = limit_missed || (limit !== null && duration_minutes > limit);
  return {
    name,
    wanted,
    met: limit === null ? 'not known' : late ? 'not met' : 'met',
    says: `It took ${minutesWords(duration_minutes)}.`,
  };
}

function dataLoss({ data_loss, ending }: RollbackRecord): Criterion {
  const criterion = { name: 'Data loss', wanted: 'none: zero tolerance' };
  if (data_loss === false)
    return { ...criterion, met: 'met', says: 'None. What the steps removed is in quarantine on the hosts.' };
  if (data_loss === true) return { ...criterion, met: 'not met', says: 'Data was lost.' };
  return ending === null
    ? { ...criterion, met: 'not yet', says: 'It is judged at the end.' }
    : { ...criterion, met: 'not known', says: 'Nobody could tell whether data was lost.' };
}

function serviceRecovery({ record, events }: Read): Criterion {
  const criterion = { name: 'Service recovery', wanted: '100 % of the functions restored' };
  const { ending, hosts, hosts_not_online, left_out, problem } = record;
  const found = newestCheck(events);
  const good = Number(found?.detail['hosts_done'] ?? 0);
  const missing = hosts_not_online.length + left_out.filter((one) => 'host' in one).length;
  const whole = hosts === null ? null : hosts + missing;
  const counts = whole === null ? '' : `${good} of ${whole} hosts are confirmed at the target and healthy. `;
  if (ending === null) return { ...criterion, met: 'not yet', says: found ? `${counts}` : 'It is checked at the end.' };
  if (!found) return { ...criterion, met: 'not known', says: 'Recovery was not checked.' };
  const met = found.type === 'Recovery confirmed' && ending === 'Rolled back' && good === whole && problem === null;
  return { ...criterion, met: met ? 'met' : 'not met', says: `${counts}${problem ?? ''}`.trim() };
}

function performance({ record, events }: Read): Criterion {
  const criterion = { name: 'Performance', wanted: 'back to the baseline of its metrics' };
  const found = newestCheck(events);
  if (!found)
    return record.ending === null
      ? { ...criterion, met: 'not yet', says: 'It is checked at the end.' }
      : { ...criterion, met: 'not known', says: 'Recovery was not checked.' };
  const { impact_over, problem, verdict } = found.detail;
  const says = typeof problem === 'string' ? problem : '';
  if (found.type === 'Recovery confirmed' && verdict === 'PASS' && impact_over === true) {
    // Without an alarm there is no metric: confirm-recovery then only looks whether an alarm of the phase is red.
    const what = record.alarm
      ? `The metric of ${record.alarm.name} is back at its baseline, and no alarm of the phase is red.`
      : 'No alarm of the phase is red. No alarm started this rollback, so no single metric was compared.';
    return { ...criterion, met: 'met', says: what };
  }
  if (verdict === 'FAIL') return { ...criterion, met: 'not met', says };
  return { ...criterion, met: 'not known', says: says === '' ? 'It could not be confirmed.' : says };
}

const newestCheck = (events: readonly RollbackEvent[]) =>
  events.findLast(({ type }) => type === 'Recovery confirmed' || type === 'Recovery not confirmed');
