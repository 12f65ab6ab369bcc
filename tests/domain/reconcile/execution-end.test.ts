import { expect, test } from 'vitest';
import { isDeleted, withCause } from '../../../domain/reconcile/execution-end.ts';

test.each([
  [
    'an error and a cause',
    { error: 'StoppedByAna', cause: 'the wrong phase' },
    'It ended: StoppedByAna: the wrong phase',
  ],
  ['a cause alone', { cause: 'the wrong phase' }, 'It ended: the wrong phase'],
  ['several lines', { cause: 'the wrong\nphase' }, 'It ended: the wrong phase'],
  ['nothing', {}, 'It ended.'],
  ['blanks', { cause: ' \n' }, 'It ended.'],
  ['a long text', { cause: 'a'.repeat(400) }, `It ended: ${'a'.repeat(300)}…`],
])('the end of an execution with %s', (_, end, says) => {
  expect(withCause('It ended', end)).toBe(says);
});

test.each([
  ['is deleted once it is missing for more than five minutes', '2026-03-02T09:00:00.000Z', true],
  ['may have just started', '2026-03-02T09:00:00.001Z', false],
  ['is not known to have run', undefined, false],
])('an execution that Step Functions does not have %s', (_, since, deleted) => {
  expect(isDeleted(since, Date.parse('2026-03-02T09:05:00.001Z'))).toBe(deleted);
});
