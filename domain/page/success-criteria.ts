import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { type Criterion as Judged, successCriteria } from '../statistics/success-criteria.ts';

/** Whether a rollback met one of the procedure's success criteria, in the words of the page. */
export type Criterion = {
  readonly name: string;
  /** The procedure's words for it. */
  readonly wanted: string;
  readonly met: 'met' | 'not met' | 'not known' | 'not yet' | 'does not apply';
  readonly says: string;
};

const results: Readonly<Record<Judged['met'], Criterion['met']>> = {
  yes: 'met',
  no: 'not met',
  unknown: 'not known',
  'not yet': 'not yet',
  'does not apply': 'does not apply',
};

/** Returns the success criteria of a rollback for its page. The reports and the statistics judge by the same function. */
export const pageCriteria = (record: RollbackRecord, events: readonly RollbackEvent[]): Criterion[] =>
  successCriteria(record, events).map(({ criterion, target, met, says }) => ({
    ...{ name: criterion, wanted: target, met: results[met], says },
  }));
