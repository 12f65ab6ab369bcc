import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkDecisions,
  firstFree,
  inOrder,
  type StoredDecision,
  storedAt,
} from '../../../domain/proof/checked-decisions.ts';
import type { SeenExecution } from '../../../domain/proof/witnessed-answer.ts';
import { type Decision, resolve } from '../../../domain/question/resolution.ts';
import { ofDecide, proofRules } from './fake-step-functions.ts';

const DEADLINE = '2026-03-02T09:15:00.000Z';
const question = {
  rollback: 'r-1',
  number: 1,
  phase: 1,
  kind: 'confirm',
  severity: 'HIGH',
  why: [],
  asked_at: '2026-03-02T09:00:00.000Z',
  deadline: DEADLINE,
  at_deadline: 'x',
  approvers: 1,
} as const;
const at = '2026-03-02T09:05:00.000Z';
const answer = (name: string, given: 'rollback' | 'stand-down'): Decision => ({
  type: 'answer',
  by: ofDecide(name),
  answer: given,
  operator: name,
  reason: null,
  at,
});
/** The execution that gave an answer. */
const gave = (given: 'rollback' | 'stand-down', operator: string): SeenExecution => ({
  status: 'SUCCEEDED',
  input: { answer: given, operator },
  output: { rollback: 'r-1', number: 1, answer: given },
  started_at: Date.parse(at),
  stopped_at: Date.parse(at),
});
const seen = new Map<string, SeenExecution>([
  [ofDecide('ana'), gave('stand-down', 'ana')],
  [ofDecide('never-started'), 'missing'],
  [
    ofDecide('young'),
    { ...(gave('rollback', 'young') as object), status: 'RUNNING', stopped_at: null } as SeenExecution,
  ],
]);
const checked = (stored: readonly StoredDecision[], now: string) =>
  checkDecisions(question, stored, {
    rules: proofRules,
    seen,
    verified: new Map(),
    now: Date.parse(now),
    final: true,
  });

const BEFORE = '2026-03-02T09:06:00.000Z';
const AFTER = '2026-03-02T09:15:30.000Z';

describe('the first free place', () => {
  test.each<[string, string[], number]>([
    ['is the first in an empty list', [], 1],
    ['follows the others', ['DECISION#0001', 'DECISION#0002'], 3],
    ['is before a key that was written far behind', ['DECISION#0001', 'DECISION#9999'], 2],
    ['ignores a key that the product does not write', ['DECISION#1', 'DECISION#00001', 'DECISION#x'], 1],
  ])('%s', (_, keys, position) => {
    expect(firstFree(keys.map((sk) => ({ sk, item: {} })))).toBe(position);
  });
});

test('an item that is not known yet hides those behind it, because it may be the first', () => {
  const found = checked([storedAt(1, answer('young', 'rollback')), storedAt(2, answer('ana', 'stand-down'))], BEFORE);
  expect(found).toMatchObject({ decisions: [], unknown: ['DECISION#0001'], passedOver: [] });
});

/** Items as somebody may write them by hand, without an execution that explains them. */
const forged = fc.oneof(
  fc.constantFrom<Record<string, unknown>>(
    { ...answer('never-started', 'rollback') },
    { ...answer('ana', 'rollback') }, // her execution gave another answer
    { ...answer('ana', 'stand-down'), operator: 'bo' },
    { type: 'verified', by: ofDecide('ana'), principal: 'arn:eve', at },
    { type: 'nobody answered', at },
    { type: 'nobody answered', at: DEADLINE },
    { type: 'alarm joined', by: ofDecide('ana'), alarm: 'x', severity: 'CRITICAL', means: 'rollback', at },
  ),
  fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>),
);
const places = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 8 });

test('whatever is written by hand, and wherever, the one genuine answer decides, before the deadline and after it', () => {
  fc.assert(
    fc.property(places, fc.array(forged, { minLength: 8, maxLength: 8 }), (positions, items) => {
      const byHand = positions.map((position, i): StoredDecision => {
        const { sk } = storedAt(position, answer('ana', 'stand-down'));
        return { sk, item: items[i] ?? {} };
      });
      // Ana answers at the first free place.
      const stored = inOrder([...byHand, storedAt(firstFree(byHand), answer('ana', 'stand-down'))]);
      for (const now of [BEFORE, AFTER]) {
        const { decisions } = checked(stored, now);
        expect(resolve(decisions, question, Date.parse(now))).toMatchObject({ outcome: 'stand-down' });
      }
    }),
  );
});

test('whatever is written by hand, nobody has answered at the deadline if nobody has', () => {
  fc.assert(
    fc.property(places, fc.array(forged, { minLength: 8, maxLength: 8 }), (positions, items) => {
      const byHand = positions.map((position, i): StoredDecision => {
        const { sk } = storedAt(position, answer('ana', 'stand-down'));
        return { sk, item: items[i] ?? {} };
      });
      const before = resolve(checked(byHand, BEFORE).decisions, question, Date.parse(BEFORE));
      const after = resolve(checked(byHand, AFTER).decisions, question, Date.parse(AFTER));
      expect(before.state).toBe('open');
      expect(after.state === 'decided' ? after.outcome : 'nobody answered').toBe('nobody answered');
    }),
  );
});
