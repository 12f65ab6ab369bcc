import { describe, expect, test } from 'vitest';
import { chained, emptyChain, endOf, type Happened, type RollbackEvent } from '../../../domain/history/event.ts';
import { timingsOf } from '../../../domain/history/timings.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 9) + minute * 60_000).toISOString();

/** The events of a rollback by type and minute after its alarm. */
function history(...happened: readonly (readonly [Happened['type'], number])[]): RollbackEvent[] {
  const opening = {
    phase: 1,
    trigger: 'data_corruption',
    start_time: at(0),
    breaching_since: at(-2),
    severity: 'CRITICAL',
    mode: 'live',
    execution_arn: 'arn',
    fleet: 'trading',
  };
  const events: RollbackEvent[] = [];
  for (const [type, minute] of [['Rollback opened', 0.1] as const, ...happened])
    events.push(
      chained('r', events.length > 0 ? endOf(events) : emptyChain, {
        id: `${type}/${events.length}`,
        type,
        at: at(minute),
        detail: type === 'Rollback opened' ? opening : { checks: [], ending: 'Rolled back', answers: [] },
      }),
    );
  return events;
}

describe('the time of a rollback', () => {
  test('is split at the alarm, the decision, the last step and the confirmed recovery', () => {
    const events = history(
      ['Decided', 1],
      ['Fleet taken', 1.5],
      ['Step done', 4],
      ['Recovery confirmed', 6],
      ['Rollback closed', 6.5],
    );
    expect(timingsOf(events)).toEqual({ detect: 2, decide: 1, act: 3, confirm: 2, whole: 6.5 });
  });

  test('is decided by the answer to the last question before it acts', () => {
    expect(timingsOf(history(['Decided', 1], ['Question settled', 9], ['Fleet taken', 10])).decide).toBe(9);
  });

  test('has no time to act if it never took the fleet', () => {
    const { act, confirm, whole } = timingsOf(history(['Decided', 1], ['Rollback closed', 2]));
    expect({ act, confirm, whole }).toEqual({ act: null, confirm: null, whole: 2 });
  });
});
