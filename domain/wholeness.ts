import { contentHash } from './content-hash.ts';
import { firstBreak, type RollbackEvent } from './event.ts';
import { type RollbackRecord, recordOf } from './record.ts';

/** Whether a history can be believed, in a sentence for the auditor. */
export type Wholeness = { readonly whole: boolean; readonly says: string };

/** Whole: no event is changed, missing or out of place, and the stored RECORD is what the events add up to. */
export function wholeness(record: RollbackRecord, events: readonly RollbackEvent[]): Wholeness {
  const broken = firstBreak(events) ?? (events.length < record.events ? events.length + 1 : undefined);
  if (broken !== undefined)
    return { whole: false, says: `BROKEN at event ${broken}: changed, missing or out of place` };
  const made = recordOf(events);
  const differing = (Object.keys(made) as (keyof RollbackRecord)[]).filter(
    (name) => contentHash(made[name]) !== contentHash(record[name] ?? null),
  );
  if (differing.length > 0)
    return { whole: false, says: `The RECORD is NOT what its events say: ${differing.join(', ')}` };
  return { whole: true, says: `whole: ${events.length} events, head ${record.head}; the record is what they say` };
}
