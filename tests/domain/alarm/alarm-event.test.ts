import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { instant, isEvent, parseAlarmEvent } from '../../../domain/alarm/alarm-event.ts';

/** Reads an event as AWS's user guides print it (CloudWatch, Systems Manager, Step Functions). */
const documented = (file: string) =>
  JSON.parse(readFileSync(new URL(`events/${file}`, import.meta.url), 'utf8')) as Record<string, unknown>;
const sample = documented('cloudwatch-alarm-state-change.json');
const detail = sample['detail'] as { state: Record<string, unknown> };

/** Returns the documented event, changed to an alarm of this product. */
const event = (alarmName: string, state: Record<string, unknown> = {}) => ({
  ...sample,
  detail: { ...detail, alarmName, state: { ...detail.state, ...state } },
});
const corrupt = 'rollback-local-phase-1-data_corruption';

test("parses AWS's documented event for an alarm of this product", () => {
  expect(parseAlarmEvent(event(corrupt), 1)).toEqual({
    environment: 'local',
    phase: 1,
    trigger: 'data_corruption',
    alarm: corrupt,
    state: 'ALARM',
    changed_at: '2019-10-02T17:04:40.989Z',
    reason:
      'Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
    reason_data: detail.state['reasonData'],
  });
});

test('parses an alarm without data, and an event without a reason', () => {
  const { reason, ...state } = detail.state;
  const given = { ...sample, detail: { alarmName: corrupt, state: { ...state, value: 'INSUFFICIENT_DATA' } } };
  expect(reason).toBeDefined();
  expect(parseAlarmEvent(given, 1)).toMatchObject({ state: 'INSUFFICIENT_DATA', reason: '' });
});

test('puts a reason on one line of at most 1,023 characters', () => {
  const forged = parseAlarmEvent(event(corrupt, { reason: 'all is well\n[RESOLVED] Rollback complete' }), 1);
  expect(forged.reason).toBe('all is well [RESOLVED] Rollback complete');
  expect(parseAlarmEvent(event(corrupt, { reason: 'x'.repeat(5000) }), 1).reason).toHaveLength(1023);
});

describe('throws InvalidInput for', () => {
  test('an alarm that is not of this product', () => {
    expect(() => parseAlarmEvent(sample, 1)).toThrow(
      'The alarm ServerCpuTooHigh does not belong to phase 1. Check the EventBridge rule that started this execution.',
    );
  });

  test('an alarm of another phase', () => {
    expect(() => parseAlarmEvent(event(corrupt), 2)).toThrow(`The alarm ${corrupt} does not belong to phase 2.`);
  });

  test.each(readdirSync(new URL('events', import.meta.url)).filter((file) => !file.startsWith('cloudwatch')))(
    '%s, an event of another kind',
    (file) => {
      expect(() => parseAlarmEvent(documented(file), 1)).toThrow(
        /^The event is not a CloudWatch alarm state change:.*Start by hand with \{\}\.$/s,
      );
    },
  );

  test('an unknown state', () => {
    expect(() => parseAlarmEvent(event(corrupt, { value: 'RED' }), 1)).toThrow(
      /alarm state change: .*at detail.state.value/s,
    );
  });

  test('a timestamp that is not an instant', () => {
    expect(() => parseAlarmEvent(event(corrupt, { timestamp: 'yesterday' }), 1)).toThrow(
      'The alarm\'s timestamp must be an instant; found "yesterday". Check the sender of the event.',
    );
  });
});

test.each([
  ['2019-10-02T17:04:40.989+0000', '2019-10-02T17:04:40.989Z'],
  ['2019-10-02T17:04:40Z', '2019-10-02T17:04:40.000Z'],
  ['2019-10-02T19:04:40.989+02:00', '2019-10-02T17:04:40.989Z'],
])('converts %s to %s', (written, meant) => {
  expect(instant(written)).toBe(meant);
});

test.each<[unknown, boolean]>([
  [sample, true],
  [{}, false],
  [{ severity: 'LOW' }, false],
  [null, false],
  ['detail-type', false],
])('isEvent(%j) is %s', (input, is) => {
  expect(isEvent(input)).toBe(is);
});
