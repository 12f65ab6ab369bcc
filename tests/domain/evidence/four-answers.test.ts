import { expect, test } from 'vitest';
import { fourAnswers } from '../../../domain/evidence/four-answers.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { chainOf, opened, type SampleEvent } from '../history/sample-events.ts';

test('the nature of the change names the step at which a person had it begin, and what was left out', () => {
  const begins_at = {
    ...{ step: 'verify', name: 'Verify', operator: 'ana', reason: 'the rest is done', not_repeated: [] },
    before: [
      {
        step: 'stop-feed',
        done_by: [{ rollback: 'r-0', hosts: 1, names: ['host-1'] }],
        left_out: { hosts: 1, names: ['host-2'] },
      },
    ],
  };
  const events = chainOf(opened, ['Begins at step', '00:02', { begins_at }] as SampleEvent);
  expect(JSON.stringify(fourAnswers(events, recordOf(events)))).toContain(
    'Began at Verify, as ana wanted: the rest is done. stop-feed not run: done by rollback r-0 on host-1; left out on host-2.',
  );
});
