import { counted } from '../counted.ts';
import { nothingBegun } from '../ending.ts';
import { type Part, partValue } from '../evidence/gathered.ts';
import { followUpOf, relapseIn } from '../follow-up/follow-up.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { RecordSummary } from '../history/record-index.ts';
import { haltedHosts } from '../host/halted-hosts.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import { hostWords } from './shown.ts';

/** A live rollback of the phase that began after this one. */
export type LaterRollback = Pick<RecordSummary, 'rollback_id' | 'start_time' | 'ending'>;

/** Returns the rollbacks of a list that began after one has begun, newest first. An execution that joined a rollback, or had nothing to do, is none. */
export const laterThan = (
  all: readonly RecordSummary[],
  { rollback_id, start_time }: Pick<RollbackRecord, 'rollback_id' | 'start_time'>,
): LaterRollback[] =>
  all
    .filter((one) => one.rollback_id !== rollback_id && one.start_time > start_time)
    .filter(({ ending }) => ending === null || !nothingBegun.includes(ending))
    .map(({ rollback_id: id, start_time: began, ending }) => ({ rollback_id: id, start_time: began, ending }));

/** Facts that the record of a rollback does not have: a relapse, a later rollback, a halt of trading. */
export type AfterTheEnd = {
  /** One sentence each. */
  readonly says: readonly string[];
  /** Whether a person must look: a relapse, a later rollback that is open, or a halt. */
  readonly urgent: boolean;
  /** The newest later rollback of the phase; null: none began, or the list could not be read. */
  readonly later: LaterRollback | null;
  /** Hosts that reported that trading was halted there, by people or an alarm. */
  readonly halted: readonly string[];
  /** The halt of trading of which the last message told that could; null: it told of none. */
  readonly told: string | null;
};

type Known = { readonly hosts: Part<readonly KeptVerdict[]>; readonly later: Part<readonly LaterRollback[]> };

export const nothingAfter: AfterTheEnd = { says: [], urgent: false, later: null, halted: [], told: null };

/** Returns what is known about the time after the end of a rollback. A rollback that is open has none, except a halt. */
export function afterTheEnd(
  { ending }: Pick<RollbackRecord, 'ending'>,
  events: readonly RollbackEvent[],
  { hosts, later: list }: Known,
): AfterTheEnd {
  const halted = haltedHosts(partValue(hosts) ?? []);
  const later = ending === null ? null : (partValue(list)?.[0] ?? null);
  const relapse = relapseIn(followUpOf(events));
  const relapsed = relapse
    ? [`Not well ${counted(relapse.hours, 'hour')} after the end: ${relapse.says[0] ?? relapse.state}`]
    : [];
  const again =
    later === null
      ? []
      : [
          `Rollback ${later.rollback_id} of the phase began later, at ${later.start_time}: ${later.ending === null ? 'it is open' : `it ended "${later.ending}"`}.`,
        ];
  const told = halted.length > 0 ? null : toldOfHalt(events);
  const held = [
    ...(halted.length === 0
      ? []
      : [`Trading was halted on ${hostWords(halted)}, by the hosts' last reports. No rollback resumes it.`]),
    ...(told === null ? [] : [`Trading, when people were last told: ${told} No rollback resumes it.`]),
  ];
  const urgent = held.length > 0 || relapsed.length > 0 || (later !== null && later.ending === null);
  return { says: [...held, ...relapsed, ...again], urgent, later, halted, told };
}

/** Returns the halt that the newest message named, of those that say whether trading is halted; null: it named none. */
function toldOfHalt(events: readonly RollbackEvent[]): string | null {
  const last = events.findLast(({ type, detail }) => type === 'Message sent' && 'halted' in detail);
  return (last?.detail['halted'] as string | null | undefined) ?? null;
}
