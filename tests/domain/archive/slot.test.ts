import { describe, expect, test } from 'vitest';
import { archiveKey, archiveKeys, archiveText, isKept, newestSlot, slotOf } from '../../../domain/archive/slot.ts';

const at = (time: string) => Date.parse(`2026-09-01T${time}Z`);
const slot = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe('the newest slot of two hours', () => {
  test.each([
    ['04:05:00', '02:00:00', '04:00:00'],
    ['04:59:59', '02:00:00', '04:00:00'],
    ['04:04:59', '00:00:00', '02:00:00'], // its last datapoints may still come
  ])('at %s begins at %s', (now, from, to) => expect(newestSlot(at(now))).toEqual(slot(from, to)));
});

test.each([
  ['05:00:00', true],
  ['05:00:01', false],
])('CloudWatch keeps all of 02:00 to 04:00 until three hours after its beginning: at %s %s', (now, kept) =>
  expect(isKept(slot('02:00:00', '04:00:00'), at(now))).toBe(kept),
);

describe("a slot's object", () => {
  test('is named by day and time', () =>
    expect(archiveKey(slot('02:00:00', '04:00:00'))).toBe('metrics/2026-09-01/0200.jsonl'));

  test('tells its slot', () => expect(slotOf('metrics/2026-09-01/0200.jsonl')).toEqual(slot('02:00:00', '04:00:00')));

  test.each([
    'metrics/2026-09-01/0100.jsonl',
    'metrics/2026-13-01/0200.jsonl',
    'metrics/2026-09-01/0200.json',
    'links/2026-09/00000001-00000002-a.json',
  ])('%s is none of the archive', (key) => expect(slotOf(key)).toBeUndefined());

  test('has a line per metric, as a file for backtest has', () =>
    expect(
      archiveText(slot('02:00:00', '04:00:00'), [
        { phase: 1, metric: 'SystemFailures', statistic: 'Maximum', values: [0, null, 1] },
      ]),
    ).toBe(
      '{"metric":"SystemFailures","statistic":"Maximum","phase":1,"period":10,"from":"2026-09-01T02:00:00.000Z","values":[0,null,1]}\n',
    ));
});

describe('the objects of a range', () => {
  test('are those of its slots, oldest first', () =>
    expect(archiveKeys(slot('01:00:00', '06:30:00'))).toEqual([
      'metrics/2026-09-01/0200.jsonl',
      'metrics/2026-09-01/0400.jsonl',
      'metrics/2026-09-01/0600.jsonl',
    ]));

  test('are none in a range without the beginning of one', () =>
    expect(archiveKeys(slot('02:10:00', '03:00:00'))).toEqual([]));
});
