import { expect, test } from 'vitest';
import { objections, type Situation } from '../../../domain/decision/situation.ts';
import { withoutObjections } from './situation-without-objections.ts';

/** Friday and Monday, from nine to five. */
const calendar = {
  from: Date.parse('2026-02-20'),
  until: Date.parse('2026-03-20'),
  sessions: ['02-27', '03-02'].map((day) => ({
    from: Date.parse(`2026-${day}T09:00Z`),
    until: Date.parse(`2026-${day}T17:00Z`),
  })),
};
const start_time = '2026-03-02T09:31:00.000Z';
const onMonday = (changes: Partial<Situation>) => objections({ ...withoutObjections, start_time, ...changes });
const release = { version: 'v1.4.0', at: '2026-02-27T20:00:00.000Z' };
const noon = { version: 'v1.4.0', at: '2026-02-27T12:00:00.000Z' };

test("Friday evening's release explains Monday's alarm, because the market was closed since", () => {
  expect(onMonday({ deployment: release, calendar })).toEqual([]);
  expect(onMonday({ deployment: release })).toHaveLength(1);
});

test('a release that has had its window in session explains nothing', () => {
  expect(onMonday({ deployment: noon, calendar })).toEqual([
    'No deployment explains the alarm: the newest, v1.4.0 at 2026-02-27T12:00:00.000Z, was more than 240 minutes of session time before it.',
  ]);
});

test('a rollback of Friday evening cools down in the first half hour of Monday', () => {
  const cooling = { last_ended_at: '2026-02-27T20:00:00.000Z', deployment: release, calendar };
  expect(onMonday({ ...cooling, start_time: '2026-03-02T09:29:00.000Z' })).toEqual([
    "The phase's last rollback ended at 2026-02-27T20:00:00.000Z; its cool-down lasts until 2026-03-02T09:30:00.000Z.",
  ]);
  expect(onMonday(cooling)).toEqual([]);
});
