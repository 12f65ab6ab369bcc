import { counted } from '../counted.ts';
import { firstBreak, type RollbackEvent } from '../history/event.ts';
import type { PageFacts } from './facts.ts';

/**
 * Returns the verdict on a chain of events alone. While a rollback runs, its record and its hosts' reports are written between
 * two reads, so they are not compared here.
 */
export function checkedChain(events: readonly RollbackEvent[]): PageFacts['history'] {
  const broken = firstBreak(events);
  return broken === undefined
    ? {
        whole: true,
        says: `${counted(events.length, 'event')}, each with the hash of the one before it. Record, hosts' reports and execution were not compared when this page was written: rollback verify-history does that`,
      }
    : { whole: false, says: `BROKEN at event ${broken}: changed, missing or out of place` };
}
