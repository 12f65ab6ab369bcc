import { describe, expect, test } from 'vitest';
import type { AnswerInput } from '../../../domain/question/answer.ts';
import { type Asked, checkAnswer, findQuestion, questionStatus } from '../../../domain/question/answer-rules.ts';
import { type Kind, newQuestion } from '../../../domain/question/question.ts';
import type { Decision } from '../../../domain/question/resolution.ts';

const times = { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' } as const;
const asked = (kind: Kind, rollback = 'r-1', asked_at = '2026-03-02T09:00:00.000Z', approvers = 1): Asked['question'] =>
  newQuestion(
    {
      rollback,
      number: 1,
      phase: rollback === 'r-1' ? 1 : 2,
      kind,
      severity: 'HIGH',
      why: [],
      asked_at,
      approvers,
      limit: '2026-03-02T10:00:00.000Z',
      expected_minutes: 10,
    },
    times,
  );
const says = (answer: AnswerInput['answer'], changes: Partial<AnswerInput> = {}): AnswerInput => ({
  answer,
  operator: 'bo',
  reason: null,
  rollback: null,
  question: null,
  ...changes,
});
const anaAnswered: Decision = {
  type: 'answer',
  by: 'x-1',
  answer: 'rollback',
  operator: 'ana',
  reason: null,
  at: '2026-03-02T09:05:00.000Z',
};
const anaVerified: Decision = { type: 'verified', by: 'x-1', principal: 'arn:ana', at: '2026-03-02T09:05:30.000Z' };
const nobody: Decision = { type: 'nobody answered', at: '2026-03-02T09:15:00.000Z' };
const joined: Decision = {
  type: 'alarm joined',
  by: 'x-3',
  alarm: 'rollback-local-phase-1-data_corruption',
  severity: 'CRITICAL',
  means: 'rollback',
  at: '2026-03-02T09:06:00.000Z',
};
const give = (input: AnswerInput, decisions: Decision[] = [], kind: Kind = 'confirm', at = '09:10:00.000') =>
  checkAnswer({ question: asked(kind), decisions }, input, { by: 'x-2', at: `2026-03-02T${at}Z` });

describe('an answer is accepted', () => {
  const taken = { type: 'answer', by: 'x-2', answer: 'rollback', operator: 'bo', reason: null };

  test('while the question is open', () => {
    expect(give(says('rollback'))).toEqual({ ...taken, at: '2026-03-02T09:10:00.000Z' });
  });

  test('at the deadline itself, if no other decision came before it', () => {
    expect(give(says('rollback'), [], 'confirm', '09:15:00.000')).toEqual({ ...taken, at: '2026-03-02T09:15:00.000Z' });
  });

  test('after the first of two approvals', () => {
    const question = asked('confirm', 'r-1', '2026-03-02T09:00:00.000Z', 2);
    expect(
      checkAnswer({ question, decisions: [anaAnswered, anaVerified] }, says('rollback'), {
        by: 'x-2',
        at: '2026-03-02T09:10:00.000Z',
      }),
    ).toMatchObject(taken);
  });

  test('once: a retry of the same execution returns the same answer, even after the deadline', () => {
    expect(
      checkAnswer({ question: asked('confirm'), decisions: [anaAnswered] }, says('rollback', { operator: 'ana' }), {
        by: 'x-1',
        at: '2026-03-02T11:00:00.000Z',
      }),
    ).toEqual({ already: anaAnswered });
  });
});

test.each([
  [
    'rolls several phases back',
    [],
    'To roll back anyway, start the machine phase-roll-back-to-before with {"before": 3}, or: npm run rollback -- start --before 3.',
  ],
  [
    'stops several phases',
    [anaAnswered],
    'To stop it anyway, stop execution r-1 of the machine phase-roll-back-to-before; see docs/runbook.md#needs-a-person.',
  ],
])('an answer that came too late names what %s', (_, decisions, offered) => {
  const question = { ...asked('permit'), phase: 3, phases: [4, 3] };
  const late = { by: 'x-2', at: '2026-03-02T10:00:00.001Z' };
  expect(checkAnswer({ question, decisions }, says('rollback'), late)).toMatchObject({
    refused: expect.stringContaining(offered),
  });
});

test('a refusal gives the reason of the earlier answer', () => {
  expect(give(says('rollback'), [{ ...anaAnswered, reason: 'bad fills' }])).toMatchObject({
    refused: expect.stringContaining('answered rollback at 2026-03-02T09:05:00.000Z: bad fills. '),
  });
});

describe('an answer is refused', () => {
  test.each<[string, ReturnType<typeof give>, string]>([
    [
      'after another answer, with its person and instant',
      give(says('stand-down'), [anaAnswered]),
      "The question is decided: ana answered rollback at 2026-03-02T09:05:00.000Z. To stop it anyway, stop execution r-1 of phase 1's machine; see docs/runbook.md#needs-a-person. Nothing was changed.",
    ],
    [
      'after another answer, with its verified principal',
      give(says('stand-down'), [anaAnswered, anaVerified]),
      "The question is decided: ana (arn:ana) answered rollback at 2026-03-02T09:05:00.000Z. To stop it anyway, stop execution r-1 of phase 1's machine; see docs/runbook.md#needs-a-person. Nothing was changed.",
    ],
    [
      'after a deadline without an answer, with its outcome',
      give(says('rollback'), [nobody], 'permit'),
      'The question is decided: nobody had answered by 2026-03-02T10:00:00.000Z. The phase is not rolled back; the rollback ends "Needs a person". To roll back anyway, start phase 1\'s machine with {}. Nothing was changed.',
    ],
    [
      'after an alarm decided',
      give(says('stand-down'), [joined]),
      "The question is decided: the alarm rollback-local-phase-1-data_corruption, CRITICAL, decided for rollback at 2026-03-02T09:06:00.000Z. To stop it anyway, stop execution r-1 of phase 1's machine; see docs/runbook.md#needs-a-person. Nothing was changed.",
    ],
    [
      'after the deadline, even if that is not written yet',
      give(says('rollback'), [], 'permit', '10:00:00.001'),
      'The deadline was 2026-03-02T10:00:00.000Z. The phase is not rolled back; the rollback ends "Needs a person". To roll back anyway, start phase 1\'s machine with {}. Nothing was changed.',
    ],
    [
      'that the question does not accept, with those that it accepts',
      give(says('retry')),
      'retry does not answer this question of rollback r-1; use one of rollback, stand-down, fix-forward: {"answer":"rollback","operator":"YOUR NAME","rollback":"r-1","question":1}. Nothing was changed.',
    ],
    [
      'skip without a reason',
      give(says('skip'), [], 'hand-over'),
      'skip needs a reason: {"answer":"skip","operator":"YOUR NAME","reason":"WHY","rollback":"r-1","question":1}. Nothing was changed.',
    ],
  ])('%s', (_, answer, refused) => {
    expect(answer).toEqual({ refused });
  });

  test('after two approvals, with both people', () => {
    const question = asked('confirm', 'r-1', '2026-03-02T09:00:00.000Z', 2);
    const boAnswered = { ...anaAnswered, by: 'x-2', operator: 'bo' };
    const boVerified: Decision = { type: 'verified', by: 'x-2', principal: 'arn:bo', at: '2026-03-02T09:07:00.000Z' };
    expect(
      checkAnswer({ question, decisions: [anaAnswered, anaVerified, boAnswered, boVerified] }, says('stand-down'), {
        by: 'x-3',
        at: '2026-03-02T09:08:00.000Z',
      }),
    ).toEqual({
      refused:
        "The question is decided: ana (arn:ana) and bo (arn:bo) answered rollback, the last verified at 2026-03-02T09:07:00.000Z. To stop it anyway, stop execution r-1 of phase 1's machine; see docs/runbook.md#needs-a-person. Nothing was changed.",
    });
  });
});

describe('the question of an answer', () => {
  const now = Date.parse('2026-03-02T09:10:00.000Z');
  const first: Asked = { question: asked('confirm', 'r-1'), decisions: [] };
  const second: Asked = { question: asked('permit', 'r-2', '2026-03-02T09:01:00.000Z'), decisions: [] };
  const settled: Asked = { ...first, decisions: [anaAnswered] };

  test('is the only one that is open', () => {
    expect(findQuestion(says('rollback'), [settled, second], now)).toBe(second);
  });

  test('is the one that is named', () => {
    expect(findQuestion(says('rollback', { rollback: 'r-1' }), [first, second], now)).toBe(first);
  });

  test('is the decided one if none is open, so that a late person learns the decision', () => {
    expect(findQuestion(says('rollback'), [settled], now)).toBe(settled);
    expect(findQuestion(says('rollback', { rollback: 'r-1' }), [settled, second], now)).toBe(settled);
  });

  test('must be named if two are open', () => {
    expect(findQuestion(says('rollback'), [first, second], now)).toEqual({
      refused:
        '2 questions are open; name the rollback: {"answer":"rollback","operator":"YOUR NAME","rollback":"r-1","question":1} (phase 1) or {"answer":"rollback","operator":"YOUR NAME","rollback":"r-2","question":1} (phase 2). Nothing was changed.',
    });
  });

  test.each([
    [
      'a rollback without a question',
      says('rollback', { rollback: 'r-9' }),
      [first],
      'Rollback r-9 has no question; rollbacks with an open question: r-1. Nothing was changed.',
    ],
    [
      'a rollback without a question, and names no question that is decided',
      says('rollback', { rollback: 'r-9' }),
      [settled],
      'Rollback r-9 has no question. Nothing was changed.',
    ],
    [
      'no question at all',
      says('rollback'),
      [],
      'No question is open, and none was asked recently. Nothing was changed.',
    ],
  ])('is refused for %s', (_, input, all, refused) => {
    expect(findQuestion(input, all, now)).toEqual({ refused });
  });
});

describe('of two hand-overs that follow one another', () => {
  const now = Date.parse('2026-03-02T09:10:00.000Z');
  const at = { kind: 'step', at: '2026-03-02T09:06:00.000Z', failed: [], hosts_failed: 1, hosts: 3 } as const;
  const before: Asked = {
    question: { ...asked('hand-over'), stopped: { ...at, step: 'stop-data-ingestion', state: 'Stop data ingestion' } },
    decisions: [{ ...anaAnswered, answer: 'skip', reason: 'stopped by hand' }],
  };
  const open: Asked = {
    question: {
      ...asked('hand-over', 'r-1', '2026-03-02T09:06:00.000Z'),
      number: 2,
      stopped: { ...at, step: 'clear-corrupted-cache', state: 'Clear corrupted cache' },
    },
    decisions: [],
  };
  const find = (question: number | null, answer: AnswerInput['answer'] = 'skip', all: Asked[] = [before, open]) =>
    findQuestion(says(answer, { question, rollback: 'r-1', reason: 'stopped by hand' }), all, now);
  const openNow = 'Question 2 of rollback r-1 is open now: it stopped at "Clear corrupted cache".';
  const read = 'Read it before you answer: npm run rollback -- show r-1. Nothing was changed.';

  test('the open one takes an answer with its number', () => {
    expect(find(2)).toBe(open);
  });

  test('a late answer to the first one never answers the second', () => {
    expect(find(1)).toEqual({
      refused: `Question 1 of rollback r-1 is decided: ana answered skip at 2026-03-02T09:05:00.000Z: stopped by hand. ${openNow} ${read}`,
    });
  });

  test('an answer without a number is refused, with the whole input', () => {
    expect(find(null)).toEqual({
      refused: `${openNow} If skip is for question 2, give its number: {"answer":"skip","operator":"YOUR NAME","reason":"WHY","rollback":"r-1","question":2}. Nothing was changed.`,
    });
  });

  test('an answer without a number that no hand-over takes reads the answers that it takes', () => {
    expect(find(null, 'rollback')).toBe(open);
  });

  test('an answer to an unknown question is refused', () => {
    expect(find(7)).toEqual({ refused: `Question 7 of rollback r-1 was not asked. ${openNow} ${read}` });
    expect(find(1, 'skip', [open])).toEqual({ refused: `Question 1 of rollback r-1 is over. ${openNow} ${read}` });
  });

  test('the first one, if the second is not asked yet, gives its decision', () => {
    expect(find(1, 'skip', [before])).toBe(before);
    expect(find(null, 'skip', [before])).toBe(before);
  });

  test('a repeat by the execution that answered the first one returns that answer', () => {
    const own = { ...before, own: before.decisions[0] };
    expect(findQuestion(says('skip', { question: 1 }), [own, open], now)).toBe(own);
  });
});

describe('the status of a question', () => {
  const now = Date.parse('2026-03-02T09:10:00.000Z');
  const byTwo = asked('confirm', 'r-1', '2026-03-02T09:00:00.000Z', 2);

  test.each<[string, Asked, string]>([
    ['open', { question: asked('confirm'), decisions: [] }, 'The question is open until 2026-03-02T09:15:00.000Z.'],
    [
      'open, one answer verified',
      { question: byTwo, decisions: [anaAnswered, anaVerified] },
      'The question is open until 2026-03-02T09:15:00.000Z: rollback needs 1 more verified person; approved so far: arn:ana.',
    ],
    [
      'open, one answer not verified yet',
      { question: byTwo, decisions: [anaAnswered] },
      'The question is open until 2026-03-02T09:15:00.000Z: rollback needs 2 more verified people; approved so far: nobody.',
    ],
    [
      'decided',
      { question: asked('confirm'), decisions: [anaAnswered, anaVerified] },
      'The question is decided: ana (arn:ana) answered rollback at 2026-03-02T09:05:00.000Z.',
    ],
  ])('%s', (_, one, sentence) => {
    expect(questionStatus(one, now)).toBe(sentence);
  });

  test('lapsed', () => {
    expect(questionStatus({ question: asked('confirm'), decisions: [] }, Date.parse('2026-03-02T09:15:00.000Z'))).toBe(
      'The deadline was 2026-03-02T09:15:00.000Z.',
    );
  });
});
