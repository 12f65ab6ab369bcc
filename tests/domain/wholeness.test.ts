import { describe, expect, test } from 'vitest';
import { chainAfter, chained, emptyChain } from '../../domain/event.ts';
import { recordOf } from '../../domain/record.ts';
import { wholeness } from '../../domain/wholeness.ts';

const at = '2026-03-02T09:00:00.000Z';
const detail = {
  phase: 1,
  phase_name: 'x',
  trigger: 'manual',
  start_time: at,
  execution_arn: 'arn',
  fleet: 'trading',
  severity: 'HIGH',
  reason: null,
  operator: 'ana',
  mode: 'live',
};
const opening = chained('r-1', emptyChain, { id: 'a', type: 'Rollback opened', at, detail });
const closing = chained('r-1', chainAfter(opening), {
  id: 'b',
  type: 'Rollback closed',
  at,
  detail: { ending: 'Needs a person', problem: 'x' },
});
const events = [opening, closing];
const record = recordOf(events);

test('a history is whole when its record is what its events say', () => {
  expect(wholeness(record, events)).toEqual({
    whole: true,
    says: `whole: 2 events, head ${closing.hash}; the record is what they say`,
  });
});

describe('a history is not whole', () => {
  test.each([
    [
      'when the record names another ending',
      { ...record, ending: 'Rolled back' as const },
      events,
      'The RECORD is NOT what its events say: ending',
    ],
    [
      'when the record names another operator',
      { ...record, operator: 'mallory' },
      events,
      'The RECORD is NOT what its events say: operator',
    ],
    [
      'when an event was changed',
      record,
      [opening, { ...closing, detail: { ending: 'Rolled back', problem: null } }],
      'BROKEN at event 2: changed, missing or out of place',
    ],
    ['when the last event is gone', record, [opening], 'BROKEN at event 2: changed, missing or out of place'],
    ['when the first event is gone', record, [closing], 'BROKEN at event 1: changed, missing or out of place'],
  ])('%s', (_, found, stored, says) => {
    expect(wholeness(found, stored)).toEqual({ whole: false, says });
  });
});
