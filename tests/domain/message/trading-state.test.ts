import { expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { tradingState } from '../../../domain/message/trading-state.ts';

const start_time = '2026-03-02T09:00:20.000Z';
const alarm = { name: 'rollback-production-phase-1-data_corruption', changed_at: start_time };
const ofAlarm = { alarm, trigger: 'data_corruption', joined: [], start_time } as const;
const event = (type: string, at: string, more: object = {}): BrakeEvent =>
  ({
    ...{ type, at },
    detail: { operator: 'automation', reason: 'the alarm is red', only: null, hosts: 8, confirmed: 8, ...more },
  }) as unknown as BrakeEvent;
const halted = event('Trading halted', '2026-03-02T09:00:21.000Z');
const resumed = event('Trading resumed', '2026-03-02T09:10:00.000Z', { not_confirmed: [] });
const state = (events: readonly BrakeEvent[] | null, halting = ['data_corruption'], rollback: object = {}) =>
  tradingState({ ...ofAlarm, ...rollback }, { events, halting, environmentWords: ' --environment production' }).text;

test('a halt on record is told with the hosts that stand still, and the only command that ends it', () => {
  expect(state([halted])).toBe(
    'HALTED on 8 of 8 hosts, which stand still; by automation at 2026-03-02T09:00:21.000Z: the alarm is red. No answer and no ending of a rollback resumes it, only: npm run rollback -- resume --operator "YOUR NAME" --reason "WHY" --environment production',
  );
});

test.each<[string, readonly BrakeEvent[] | null, string]>([
  ['a history that cannot be read is not taken for "not halted"', null, 'it is not known whether it is halted'],
  ['a halt that the alarm begins and that is not on record yet is announced', [], 'halts trading here'],
  [
    'a halt of the day before is no result of this alarm',
    [
      event('Trading halted', '2026-03-01T09:00:00Z'),
      event('Trading resumed', '2026-03-01T10:00:00Z', { not_confirmed: [] }),
    ],
    'halts trading here',
  ],
  ['a halt that was resumed is over', [halted, resumed], 'no halt is on record.'],
  ['a halt that failed', [event('Halt failed', '2026-03-02T09:00:21.000Z')], 'a halt FAILED, so any host may trade'],
  [
    'a halt of some hosts',
    [event('Trading halted', start_time, { only: ['host-3'], hosts: 1, confirmed: 1 })],
    'HALTED on 1 of 1 host (host-3)',
  ],
  [
    'a part of the hosts was resumed',
    [halted, event('Trading resumed', '2026-03-02T09:10:00Z', { only: ['host-1'], not_confirmed: [] })],
    'It was resumed on some hosts.',
  ],
])('%s', (_, events, words) => expect(state(events)).toContain(words));

test('an alarm that halts nothing, and a start by hand, announce no halt', () => {
  expect(state([], [])).toBe('no halt is on record.');
  expect(state([], ['data_corruption'], { alarm: null })).toBe('no halt is on record.');
});

test('an alarm that joined may halt too', () => {
  const joined = [{ trigger: 'data_corruption' }];
  expect(state([], ['data_corruption'], { trigger: 'performance_degradation', joined })).toContain(
    'halts trading here',
  );
});
