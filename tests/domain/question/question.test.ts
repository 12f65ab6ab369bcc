import { describe, expect, test } from 'vitest';
import {
  answersTo,
  callsDue,
  drillReason,
  effectOf,
  isOfDrill,
  type Kind,
  newQuestion,
  type QuestionInput,
} from '../../../domain/question/question.ts';

const times = { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' } as const;
const asking: QuestionInput = {
  rollback: 'r-1',
  number: 1,
  phase: 1,
  kind: 'confirm',
  severity: 'HIGH',
  why: ['HIGH is rolled back after assessment.'],
  asked_at: '2026-03-02T09:00:10.000Z',
  approvers: 1,
  limit: '2026-03-02T10:00:00.000Z',
  expected_minutes: 10,
};
const asked = (changes: Partial<QuestionInput>, choose: 'rollback' | 'fix-forward' = 'rollback') =>
  newQuestion({ ...asking, ...changes }, { ...times, choose });

test.each<[Kind, string]>([
  ['permit', 'rollback, ill-hosts, stand-down'],
  ['confirm', 'rollback, ill-hosts, stand-down, fix-forward'],
  ['choose', 'rollback, ill-hosts, fix-forward'],
  ['hand-over', 'retry, retry-failed-hosts, skip, without-hosts, abort'],
])('%s accepts %s', (kind, allowed) => {
  expect(answersTo[kind].join(', ')).toBe(allowed);
});

describe('the deadline', () => {
  const inFourHours = '2026-03-02T13:00:00.000Z';

  test.each<[string, Partial<QuestionInput>, string]>([
    ["of a permit is the severity's limit", { kind: 'permit' }, '2026-03-02T10:00:00.000Z'],
    ['of a confirm is 15 minutes after it is asked', { kind: 'confirm' }, '2026-03-02T09:15:10.000Z'],
    [
      'of a confirm leaves enough time for the steps',
      { kind: 'confirm', limit: '2026-03-02T09:20:00.000Z' },
      '2026-03-02T09:10:00.000Z',
    ],
    [
      'of a choose is 4 hours less the expected minutes',
      { kind: 'choose', limit: inFourHours },
      '2026-03-02T12:50:00.000Z',
    ],
    ['of a hand-over is 4 hours after it is asked', { kind: 'hand-over' }, '2026-03-02T13:00:10.000Z'],
    [
      'is at least a minute away, even after the limit',
      { kind: 'permit', limit: '2026-03-02T09:00:00.000Z' },
      '2026-03-02T09:01:10.000Z',
    ],
  ])('%s', (_, changes, deadline) => {
    expect(asked(changes).deadline).toBe(deadline);
  });
});

describe('the outcome at the deadline', () => {
  const looked =
    'The alarm is checked again. If it is still red, the phase is rolled back, unless there is an objection by then. If it has recovered, the rollback ends "Stood down".';

  test.each<[string, Kind, 'rollback' | 'fix-forward', string]>([
    ['permit', 'permit', 'rollback', 'The phase is not rolled back; the rollback ends "Needs a person".'],
    ['confirm', 'confirm', 'rollback', looked],
    ['choose', 'choose', 'rollback', looked],
    [
      'choose, if the environment fixes forward',
      'choose',
      'fix-forward',
      'The phase is not rolled back; the rollback ends "Fix forward".',
    ],
    [
      'hand-over',
      'hand-over',
      'rollback',
      'The rollback ends "Needs a person"; the hosts stay as they are, and the fleet stays held.',
    ],
  ])('%s', (_, kind, choose, sentence) => {
    expect(asked({ kind }, choose).at_deadline).toBe(sentence);
  });
});

describe('the calls of a question', () => {
  const question = { asked_at: '2026-03-02T09:00:00.000Z', deadline: '2026-03-02T09:10:00.000Z' };
  const due = (minute: string) =>
    callsDue(question, Date.parse(`2026-03-02T09:${minute}.000Z`)).map(
      ({ percent, level }) => `${level} at ${percent} %`,
    );

  test.each([
    ['L1 when it is asked', '00:00', ['L1 at 0 %']],
    ['no more just before half of the time', '04:59', ['L1 at 0 %']],
    ['L2 at half of the time', '05:00', ['L1 at 0 %', 'L2 at 50 %']],
    ['L3 at 80 % of it', '08:00', ['L1 at 0 %', 'L2 at 50 %', 'L3 at 80 %']],
    ['L4 at the deadline', '10:00', ['L1 at 0 %', 'L2 at 50 %', 'L3 at 80 %', 'L4 at 100 %']],
  ])('%s', (_, minute, calls) => {
    expect(due(minute)).toEqual(calls);
  });

  test('at instants that do not depend on the time of the call', () => {
    expect(callsDue(question, Date.parse('2026-03-02T12:00:00.000Z')).map(({ at }) => at)).toEqual([
      '2026-03-02T09:00:00.000Z',
      '2026-03-02T09:05:00.000Z',
      '2026-03-02T09:08:00.000Z',
      '2026-03-02T09:10:00.000Z',
    ]);
  });
});

test('the question of a drill promises nothing that a drill does not do: neither an answer nor its absence rolls back', () => {
  const drill = asked({ why: [drillReason] });
  expect(isOfDrill(drill)).toBe(true);
  expect(drill.at_deadline).toBe('The drill goes on, and records that nobody answered. Nothing is rolled back.');
  for (const answer of answersTo.confirm) expect(effectOf(answer, drill)).toContain('nothing else happens');
  expect([isOfDrill(asked({})), effectOf('rollback', asked({}))]).toEqual([false, 'rolls the phase back']);
});
