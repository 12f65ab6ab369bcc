import type { Unanswered } from '../../domain/decision/situation.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Alarms } from '../clients/alarms.ts';

/** Returns the worst current state of the alarms of a rollback; `unreadable` if CloudWatch cannot be read. */
export async function worstState(
  { alarms, environment }: { readonly alarms: Alarms; readonly environment: string },
  { alarm, joined }: RollbackRecord,
): Promise<Unanswered['alarm']> {
  const names = [...(alarm ? [alarm.name] : []), ...joined.map((one) => one.alarm)];
  try {
    const states = (await alarms.notOk(environment))
      .filter((one) => names.includes(one.alarm))
      .map(({ state }) => state);
    return (['ALARM', 'INSUFFICIENT_DATA'] as const).find((state) => states.includes(state)) ?? 'OK';
  } catch {
    return 'unreadable';
  }
}
