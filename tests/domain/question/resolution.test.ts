import { describe, expect, test } from 'vitest';
import { type Decision, principalOf, resolve } from '../../../domain/question/resolution.ts';

const at = '2026-03-02T09:05:00.000Z';
const question = { approvers: 1, deadline: '2026-03-02T09:15:00.000Z' };
const byTwo = { ...question, approvers: 2 };
const before = Date.parse('2026-03-02T09:14:59.999Z');
const deadline = Date.parse(question.deadline);

const says = (answer: 'rollback' | 'stand-down' | 'fix-forward', by = 'x-1'): Decision => ({
  type: 'answer',
  by,
  answer,
  operator: 'ana',
  reason: null,
  at,
});
const verified = (by: string, principal: string): Decision => ({ type: 'verified', by, principal, at });
const nobody: Decision = { type: 'nobody answered', at };
const alarm = (means: 'rollback' | 'ask again'): Decision => ({
  type: 'alarm joined',
  by: 'x-2',
  alarm: 'a',
  severity: 'CRITICAL',
  means,
  at,
});

const outcome = (decisions: Decision[], asked = question, now = before) => {
  const resolution = resolve(decisions, asked, now);
  return resolution.state === 'decided' ? resolution.outcome : resolution.state;
};

describe('one approver', () => {
  test.each<[string, Decision[], string]>([
    ['no decision leaves the question open', [], 'open'],
    ['an answer decides it', [says('rollback')], 'rollback'],
    ['an answer need not be verified', [says('stand-down')], 'stand-down'],
    ['the first of two different answers decides', [says('rollback', 'x-1'), says('fix-forward', 'x-2')], 'rollback'],
    [
      'the same answer five times counts once',
      Array.from({ length: 5 }, (_, i) => says('rollback', `x-${i}`)),
      'rollback',
    ],
    ["an answer written before the deadline's decision counts", [says('rollback'), nobody], 'rollback'],
    ["a deadline's decision written before the answer counts", [nobody, says('rollback')], 'nobody answered'],
    ['an alarm that requires a rollback decides', [alarm('rollback')], 'rollback'],
    ['an alarm that asks its own question replaces it', [alarm('ask again'), says('rollback')], 'ask again'],
  ])('%s', (_, decisions, expected) => {
    expect(outcome(decisions)).toBe(expected);
  });
});

describe('two approvers', () => {
  test.each<[string, Decision[], string]>([
    ['one is not enough', [says('rollback', 'x-1'), verified('x-1', 'ana')], 'open'],
    [
      'two different verified people are enough',
      [says('rollback', 'x-1'), verified('x-1', 'ana'), says('rollback', 'x-2'), verified('x-2', 'bo')],
      'rollback',
    ],
    [
      'the verification may follow both answers',
      [says('rollback', 'x-1'), says('rollback', 'x-2'), verified('x-2', 'bo'), verified('x-1', 'ana')],
      'rollback',
    ],
    [
      'the same person counts once',
      [says('rollback', 'x-1'), verified('x-1', 'ana'), says('rollback', 'x-2'), verified('x-2', 'ana')],
      'open',
    ],
    [
      'one answer counts once, even if it is verified twice',
      [says('rollback', 'x-1'), verified('x-1', 'ana'), verified('x-1', 'role/ana')],
      'open',
    ],
    ['two unverified names do not count', [says('rollback', 'x-1'), says('rollback', 'x-2')], 'open'],
    [
      'verification of other executions does not count',
      [says('rollback', 'x-1'), verified('y', 'ana'), verified('z', 'bo')],
      'open',
    ],
    ['one person is enough to stand down', [says('rollback', 'x-1'), says('stand-down', 'x-2')], 'stand-down'],
    [
      "verification after the deadline's decision changes nothing",
      [says('rollback', 'x-1'), says('rollback', 'x-2'), verified('x-1', 'ana'), nobody, verified('x-2', 'bo')],
      'nobody answered',
    ],
  ])('%s', (_, decisions, expected) => {
    expect(outcome(decisions, byTwo)).toBe(expected);
  });

  test('an open question has its approvers and the number still missing', () => {
    expect(resolve([says('rollback', 'x-1'), verified('x-1', 'ana')], byTwo, before)).toEqual({
      state: 'open',
      answer: 'rollback',
      missing: 1,
      approved_by: ['ana'],
    });
    expect(resolve([], byTwo, before)).toEqual({ state: 'open', answer: 'rollback', missing: 2, approved_by: [] });
  });
});

describe('the deadline', () => {
  test('has passed at its own instant', () => {
    expect(outcome([], question, deadline)).toBe('lapsed');
  });

  test('has not passed a millisecond before it', () => {
    expect(outcome([], question, before)).toBe('open');
  });

  test('does not undo an earlier decision', () => {
    expect(outcome([says('rollback')], question, deadline + 3600_000)).toBe('rollback');
  });

  test('lapses with one approval of two', () => {
    expect(outcome([says('rollback', 'x-1'), verified('x-1', 'ana')], byTwo, deadline)).toBe('lapsed');
  });
});

test('later decisions never change the outcome, in any order', () => {
  const written = [
    says('rollback', 'x-1'),
    verified('x-1', 'ana'),
    says('rollback', 'x-2'),
    verified('x-2', 'bo'),
    says('stand-down', 'x-3'),
    nobody,
    alarm('ask again'),
  ];
  const changed = orders(written).filter((order) => {
    const outcomes = order.map((_, i) => outcome(order.slice(0, i + 1), byTwo)).filter((one) => one !== 'open');
    return new Set(outcomes).size !== 1;
  });
  expect(changed.slice(0, 1)).toEqual([]);
});

/** Returns every permutation. */
function orders<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one, i) => orders(all.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

test('the principal is unknown until it is verified', () => {
  const decisions = [says('rollback', 'x-1'), verified('x-2', 'bo')];
  expect(principalOf(decisions, 'x-1')).toBeNull();
  expect(principalOf([...decisions, verified('x-1', 'ana')], 'x-1')).toBe('ana');
});
