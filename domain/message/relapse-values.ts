import type { Check } from '../follow-up/check.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { messageValues } from './message-values.ts';

/** The placeholders of the page about a relapse, beside those of every message. */
export const relapseWords = ['hours', 'found'] as const;

/** Returns the values of the message `relapse`. */
export const relapseValues = (
  { hours, says }: Check,
  record: RollbackRecord,
  events: readonly RollbackEvent[],
): Readonly<Record<string, string | number | null>> => ({
  ...messageValues(record, events),
  hours: hours < 1 ? `${hours * 60} minutes` : hours === 1 ? 'an hour' : `${hours} hours`,
  found: says.join('\n'),
});
