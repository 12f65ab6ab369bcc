import { conditionNow, type Found, judgedCheck } from '../follow-up/check.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { environmentWords } from './execution-place.ts';
import { messageValues } from './message-values.ts';
import { rollbackLines } from './reference.ts';

/** The placeholders of the page about a relapse, beside those of every message. */
export const relapseWords = ['hours', 'found', 'condition'] as const;

/** Returns the values of the message `relapse`. The reference leads to the follow-up and to later rollbacks, not to the runbook of the ending. */
export function relapseValues(
  found: Found,
  record: RollbackRecord,
  events: readonly RollbackEvent[],
): Readonly<Record<string, string | number | null>> {
  const { hours } = found;
  const words = environmentWords(record.execution_arn);
  return {
    ...messageValues(record, events),
    hours: hours < 1 ? `${hours * 60} minutes` : hours === 1 ? 'an hour' : `${hours} hours`,
    condition: conditionNow(found),
    found: judgedCheck(found).says.join('\n'),
    reference: [
      ...rollbackLines(record, events),
      'Next:',
      `npm run rollback -- follow-up ${record.rollback_id}${words}`,
      ...found.again.map(({ rollback }) => `npm run rollback -- show ${rollback}${words}`),
    ].join('\n'),
  };
}
