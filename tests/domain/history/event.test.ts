import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type Chain,
  chainAfter,
  chained,
  emptyChain,
  firstBreak,
  type Happened,
  type RollbackEvent,
} from '../../../domain/history/event.ts';

const happened = (n: number): Happened => ({
  id: `step-started/a/${n}`,
  type: 'Step started',
  at: '2026-03-02T09:00:00.000Z',
  detail: { step: 'a', attempt: n },
});

function chainOf(length: number): RollbackEvent[] {
  const events: RollbackEvent[] = [];
  let end: Chain = emptyChain;
  for (let n = 1; n <= length; n += 1) {
    const event = chained('r-1', end, happened(n));
    events.push(event);
    end = chainAfter(event);
  }
  return events;
}
const [first, second, third, fourth] = chainOf(4) as [RollbackEvent, RollbackEvent, RollbackEvent, RollbackEvent];

describe('an event in its chain', () => {
  test('the first event follows 64 zeros', () => {
    expect(first).toMatchObject({ sequence: 1, previous_hash: '0'.repeat(64), rollback: 'r-1' });
  });

  test('each event has the hash of the previous one', () => {
    expect(second).toMatchObject({ sequence: 2, previous_hash: first.hash });
  });

  test('its hash is SHA-256 of its canonical JSON without the hash', () => {
    const canonical =
      '{"at":"2026-03-02T09:00:00.000Z","detail":{"attempt":1,"step":"a"},"id":"step-started/a/1",' +
      `"previous_hash":"${'0'.repeat(64)}","rollback":"r-1","sequence":1,"type":"Step started"}`;
    expect(first.hash).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  test('the order of keys in its detail does not matter', () => {
    const other = chained('r-1', emptyChain, { ...happened(1), detail: { attempt: 1, step: 'a' } });
    expect(other.hash).toBe(first.hash);
  });

  test('the same event in another rollback has another hash', () => {
    expect(chained('r-2', emptyChain, happened(1)).hash).not.toBe(first.hash);
  });
});

describe('the first break of a chain', () => {
  test.each<[string, RollbackEvent[], number | undefined]>([
    ['is nowhere in an intact chain', [first, second, third, fourth], undefined],
    ['is nowhere in an empty chain', [], undefined],
    ['is a changed detail', [first, { ...second, detail: { step: 'b' } }, third], 2],
    ['is a changed instant', [{ ...first, at: '2026-03-02T09:00:01.000Z' }, second], 1],
    ['is an added field', [first, { ...second, note: 'hello' } as RollbackEvent, third], 2],
    ['is a missing event', [first, third, fourth], 2],
    ['is a missing first event', [second, third], 1],
    ['is a swapped pair', [first, third, second, fourth], 2],
    ['is a repeated event', [first, first, second], 2],
    [
      'is an extra event that was not chained',
      [first, second, chained('r-1', chainAfter(first), happened(9)), third],
      3,
    ],
    ['is an event with a wrong sequence', [first, chained('r-1', { count: 5, head: first.hash }, happened(2))], 2],
    ['is a changed hash', [first, { ...second, hash: '1'.repeat(64) }, third], 2],
    ['is the event after a forged one', [first, chained('r-1', chainAfter(first), happened(9)), third], 3],
  ])('%s', (_, events, at) => {
    expect(firstBreak(events)).toBe(at);
  });

  test('is not found if the last events are missing; the seal and the record have the count', () => {
    expect(firstBreak([first, second])).toBeUndefined();
    expect(chainAfter(second)).toEqual({ count: 2, head: second.hash });
  });
});
