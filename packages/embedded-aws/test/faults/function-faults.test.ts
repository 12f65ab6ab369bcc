import { describe, expect, test } from 'vitest';
import { type FunctionFault, FunctionFaults } from '../../src/faults/function-faults.ts';

/** Makes faults under a clock that the test sets. `ended` lists the invocations that a fault ended. */
function faults(...all: FunctionFault[]) {
  let now = 0;
  const ended: string[] = [];
  const due = new FunctionFaults(
    () => {},
    () => now,
  );
  for (const one of all) due.add(one);
  return {
    due,
    ended,
    at: (milliseconds: number) => {
      now = milliseconds;
    },
    follow: (name = 'app-close') => due.follow(name, (crashes) => void ended.push(crashes ? 'crashed' : 'hangs')),
  };
}

test('throttles as many invocations as requested, of the named function only', () => {
  const { due } = faults({ function: 'close', does: 'throttled', times: 2 });
  const names = ['app-close', 'app-open', 'close', 'app-close'];
  expect(names.map((name) => due.throttles(name))).toEqual([true, false, true, false]);
});

test('a name is a whole part: open is no fault of reopen', () => {
  const { due } = faults({ function: 'open', does: 'throttled', times: 1 });
  expect(due.throttles('app-reopen')).toBe(false);
});

test('a lasting fault concerns every invocation until its time ends', () => {
  const { due, at } = faults({ function: 'close', does: 'throttled', for: 60 });
  const found = [0, 59_999, 60_000].map((instant) => {
    at(instant);
    return due.throttles('close');
  });
  expect(found).toEqual([true, true, false]);
});

describe('an invocation ends', () => {
  test('at once without `after`', () => {
    const { follow, ended } = faults({ function: 'close', does: 'crashes', times: 1 });
    follow();
    expect(ended).toEqual(['crashed']);
  });

  test('after so many requests, and the last one gets no response', () => {
    const { due, follow, ended } = faults({ function: 'close', does: 'times-out', after: 2, times: 1 });
    follow();
    expect([due.answered('app-close'), due.answered('app-open'), due.answered('app-close')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(ended).toEqual(['hangs']);
  });

  test('once: requests of the next invocation are answered', () => {
    const { due, follow } = faults({ function: 'close', does: 'crashes', after: 1, times: 1 });
    follow();
    due.answered('app-close');
    follow();
    expect(due.answered('app-close')).toBe(false);
  });
});

test('an invocation that ended before leaves its fault to the next one', () => {
  const { due, follow, ended } = faults({ function: 'close', does: 'crashes', after: 2, times: 1 });
  const unfollow = follow();
  due.answered('app-close');
  unfollow();
  follow();
  due.answered('app-close');
  due.answered('app-close');
  expect(ended).toEqual(['crashed']);
  expect(due.unmet()).toEqual([]);
});

test('a fault that has occurred less often than requested is unmet, with the missing number', () => {
  const { due } = faults({ function: 'close', does: 'throttled', times: 3 });
  due.throttles('app-close');
  expect(due.unmet()).toEqual(['the function close was due to be throttled 2 more times, and was not invoked']);
});

test('a lasting fault that never occurred is unmet', () => {
  const { due } = faults({ function: 'close', does: 'times-out', for: 60 });
  expect(due.unmet()).toEqual(['the function close was due to time out for a while, and was not invoked']);
});

test('a fault after more requests than any invocation sent is unmet, and says so', () => {
  const { due, follow } = faults({ function: 'close', does: 'crashes', after: 9, times: 1 });
  const unfollow = follow();
  due.answered('app-close');
  unfollow();
  expect(due.unmet()).toEqual([
    'the function close was due to crash after 9 requests 1 more times, and no invocation sent as many',
  ]);
});
