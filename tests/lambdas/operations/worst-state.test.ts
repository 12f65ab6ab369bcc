import { expect, test } from 'vitest';
import type { AlarmTransition } from '../../../domain/alarm/alarm-event.ts';
import type { RollbackRecord } from '../../../domain/history/record.ts';
import { isQuietAfterTheClose } from '../../../lambdas/operations/worst-state.ts';

const sessions = {
  from: Date.parse('2026-03-02T00:00:00Z'),
  until: Date.parse('2026-03-04T00:00:00Z'),
  sessions: [{ from: Date.parse('2026-03-02T08:00:00Z'), until: Date.parse('2026-03-02T17:00:00Z') }],
};
const record = { alarm: { name: 'own' }, joined: [{ alarm: 'joined' }] } as unknown as RollbackRecord;
const red = (alarm: string, state: string, changed_at: string) =>
  ({ alarm, phase: 1, state, changed_at, reason: '', reason_data: null }) as AlarmTransition;

test.each<[string, boolean, readonly AlarmTransition[] | Error]>([
  ['no alarm is red', true, []],
  ['an alarm of another rollback is red', true, [red('other', 'ALARM', '2026-03-02T17:01:00Z')]],
  ['one lost its data after the close', true, [red('own', 'INSUFFICIENT_DATA', '2026-03-02T17:01:00Z')]],
  ['one lost its data in session', false, [red('joined', 'INSUFFICIENT_DATA', '2026-03-02T16:59:00Z')]],
  ['one is red', false, [red('joined', 'ALARM', '2026-03-02T17:01:00Z')]],
  ['CloudWatch does not respond', false, new Error('timeout')],
])('the alarms of a rollback need nothing after the close: %s', async (_, quiet, found) => {
  const notOk = async () => {
    if (found instanceof Error) throw found;
    return found;
  };
  const now = () => Date.parse('2026-03-02T18:00:00Z');
  const deps = { alarms: { notOk }, environment: 'test', sessionsOf: () => sessions, now };
  expect(await isQuietAfterTheClose(deps, record)).toBe(quiet);
});
