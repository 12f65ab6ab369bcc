import { describe, expect, test } from 'vitest';
import { judgeByExecution, type SeenExecution } from '../../../domain/proof/witnessed-answer.ts';
import type { Question } from '../../../domain/question/question.ts';
import { executions, ofDecide, ofPhase, proofRules } from './fake-step-functions.ts';

const question: Question = {
  rollback: 'r-1',
  number: 1,
  phase: 1,
  kind: 'hand-over',
  severity: 'HIGH',
  why: [],
  asked_at: '2026-03-02T09:00:00.000Z',
  deadline: '2026-03-02T13:00:00.000Z',
  at_deadline: 'The rollback ends.',
  approvers: 1,
};
const at = '2026-03-02T09:05:00.000Z';
const minute = (text: string) => Date.parse(`2026-03-02T${text}:00.000Z`);
const waits = (from: string, until: string | null): SeenExecution => ({
  status: until === null ? 'RUNNING' : 'FAILED',
  input: {},
  output: undefined,
  started_at: minute(from),
  stopped_at: until === null ? null : minute(until),
});
const judged = (by: string, execution: SeenExecution, asked = question) =>
  judgeByExecution(
    asked,
    { type: 'critical waits', by, at },
    { rules: proofRules, seen: new Map([[by, execution]]), final: true },
  );

describe('that a CRITICAL rollback waits', () => {
  test.each([
    ["one phase's", ofPhase('r-2', 4)],
    ["several phases'", `${executions}phase-roll-back-to-before:r-2`],
  ])('counts if an execution of %s machine runs', (_, by) => {
    expect(judged(by, waits('09:04', null))).toBe('counts');
    expect(judged(by, waits('08:00', '09:06'))).toBe('counts');
  });

  const noWitness = { passedOver: expect.stringContaining('is no execution that answers this question.') };
  test.each([
    ['another machine', ofDecide('r-2')],
    ['a machine whose name only begins so', `${executions}phase-roll-back-to-before-2:r-2`],
    ['a machine whose name only ends so', `${executions}x-phase-4:r-2`],
    ['the execution that asked', ofPhase('r-1', 4)],
  ])('is not told by %s', (_, by) => {
    expect(judged(by, waits('09:04', null))).toEqual(noWitness);
  });

  test('counts for no other question', () => {
    expect(judged(ofPhase('r-2', 4), waits('09:04', null), { ...question, kind: 'confirm' })).toEqual(noWitness);
  });

  test.each([
    ['ended before the question was asked', waits('08:00', '08:59')],
    ['began after it was written', waits('09:06', null)],
  ])('does not count of an execution that %s', (_, execution) => {
    expect(judged(ofPhase('r-2', 4), execution)).toEqual({
      passedOver: expect.stringContaining('it did not run while the question was open'),
    });
  });
});
