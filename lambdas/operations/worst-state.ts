import { isSilence } from '../../domain/alarm/silence.ts';
import { isExpectedSilence } from '../../domain/calendar/expected-silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import type { Unanswered } from '../../domain/decision/situation.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Alarms } from '../clients/alarms.ts';

/**
 * Returns whether no alarm of a rollback needs anything while the market is closed: each is green, or lost its data after the close.
 * If CloudWatch cannot be read, one might.
 */
export async function isQuietAfterTheClose(
  { alarms, environment, sessionsOf, now }: QuietDeps,
  record: RollbackRecord,
): Promise<boolean> {
  const names = namesOf(record);
  return alarms.notOk(environment).then(
    (red) =>
      red
        .filter((one) => names.includes(one.alarm))
        .every((one) => isSilence(one) && isExpectedSilence(sessionsOf?.(one.phase), one.changed_at, now())),
    () => false,
  );
}

export type QuietDeps = {
  readonly alarms: Alarms;
  readonly environment: string;
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
  readonly now: () => number;
};

const namesOf = ({ alarm, joined }: RollbackRecord): string[] => [
  ...(alarm ? [alarm.name] : []),
  ...joined.map((one) => one.alarm),
];

/** Returns the worst current state of the alarms of a rollback; `unreadable` if CloudWatch cannot be read. */
export async function worstState(
  { alarms, environment }: { readonly alarms: Alarms; readonly environment: string },
  record: RollbackRecord,
): Promise<Unanswered['alarm']> {
  const names = namesOf(record);
  try {
    const states = (await alarms.notOk(environment))
      .filter((one) => names.includes(one.alarm))
      .map(({ state }) => state);
    return (['ALARM', 'INSUFFICIENT_DATA'] as const).find((state) => states.includes(state)) ?? 'OK';
  } catch {
    return 'unreadable';
  }
}
