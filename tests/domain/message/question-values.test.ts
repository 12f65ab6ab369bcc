import { describe, expect, test } from 'vitest';
import { message, placeholders } from '../../../domain/message/message.ts';
import { questionValues, reminderValues } from '../../../domain/message/question-values.ts';
import { parseAnswer } from '../../../domain/question/answer.ts';
import { type Asked, checkAnswer, findQuestion } from '../../../domain/question/answer-rules.ts';
import { callsDue, type Kind, newQuestion } from '../../../domain/question/question.ts';
import type { Decision } from '../../../domain/question/resolution.ts';

const question = (kind: Kind, approvers = 1) =>
  newQuestion(
    {
      rollback: 'r-1',
      number: 1,
      phase: 1,
      kind,
      severity: 'HIGH',
      why: ['HIGH is rolled back after assessment.'],
      asked_at: '2026-03-02T09:00:00.000Z',
      approvers,
      limit: '2026-03-02T10:00:00.000Z',
      expected_minutes: 10,
    },
    { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' },
  );
const about = {
  plan: {
    hosts: ['host-1'],
    not_online: [],
    deployment: { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' },
    target_version: 'pre-phase1-stable',
    paths: ['.'],
    steps: ['Stop data ingestion'],
    flags: {},
    also_undoes: [],
    expected_minutes: 10,
    at_most_minutes: 12,
    last_time: { rollback: 'r-7', at: '2026-02-01T09:00:00.000Z', minutes: 9.88 },
  },
  assessment: {
    severity: 'HIGH',
    degradation_percent: 40,
    measured: null,
    baseline: null,
    blind: false,
    reasoning: ['LatencyMs averaged 140.', 'Its baseline is 100.'],
  },
  impact: 'Orders are late.',
} as const;
const place = { environment: 'staging', contacts: { L1: 'Ops, +44 1', data_vendor: 'support@databento.example' } };
const values = (kind: Kind, approvers?: number) => questionValues(question(kind, approvers), about, place);

test("a question's message has everything that a person needs to answer", () => {
  expect(values('confirm')).toEqual({
    rollback_id: 'r-1',
    phase: '1',
    severity: 'HIGH',
    question: 'Roll it back?',
    why: 'HIGH is rolled back after assessment.',
    impact: 'Orders are late.',
    assessment: 'LatencyMs averaged 140.\nIts baseline is 100.',
    plan: [
      'Undo v1.4.0, deployed at 2026-03-02T08:50:00.000Z, and go back to pre-phase1-stable: the whole tree is restored',
      'On 1 host: host-1',
      'Steps: Stop data ingestion',
      'Takes about 10 minutes, at most 12 minutes if no step is retried; the last one took 9.9 minutes (r-7, ended at 2026-02-01T09:00:00.000Z)',
    ].join('\n'),
    deadline: '2026-03-02T09:15:00.000Z',
    at_deadline:
      'The alarm is checked again. If it is still red, the phase is rolled back, unless there is an objection by then. If it has recovered, the rollback ends "Stood down".',
    approvers: 'one person decides',
    stopped_at: 'unknown',
    failed_hosts: 'unknown',
    answers: [
      'rollback: rolls the phase back',
      'stand-down: changes nothing; the rollback ends "Stood down"',
      'fix-forward: leaves the fix to a new deployment; the rollback ends "Fix forward"',
    ].join('\n'),
    machine: 'rollback-staging-decide',
    inputs: [
      '{"answer":"rollback","operator":"YOUR NAME","rollback":"r-1","question":1}',
      '{"answer":"stand-down","operator":"YOUR NAME","rollback":"r-1","question":1}',
      '{"answer":"fix-forward","operator":"YOUR NAME","rollback":"r-1","question":1}',
    ].join('\n'),
    commands: [
      'npm run rollback -- decide rollback --operator "YOUR NAME" --rollback r-1 --question 1 --environment staging',
      'npm run rollback -- decide stand-down --operator "YOUR NAME" --rollback r-1 --question 1 --environment staging',
      'npm run rollback -- decide fix-forward --operator "YOUR NAME" --rollback r-1 --question 1 --environment staging',
    ].join('\n'),
    contacts: [
      'L1 Operations Team: Ops, +44 1',
      'L2 Technical Lead: nobody is named (contacts.L2 in the environment file)',
      'L3 Engineering Manager: nobody is named (contacts.L3 in the environment file)',
      'L4 CTO: nobody is named (contacts.L4 in the environment file)',
      'Data vendor support: support@databento.example',
    ].join('\n'),
  });
});

test("a question's message says that two people must approve", () => {
  expect(values('confirm', 2)['approvers']).toBe('2 different, verified people must answer rollback');
});

test('every value has a valid placeholder', () => {
  const names = Object.keys(values('permit'));
  expect(placeholders(names.map((name) => `[${name}]`).join(' '))).toEqual(names);
});

describe.each(['permit', 'confirm', 'choose', 'hand-over'] as const)(
  'what the message of a %s gives to paste',
  (kind) => {
    const { body } = message('SUBJECT: x\n\n[inputs]', values(kind));

    test('is accepted by that question, once names and reasons are filled in', () => {
      const taken = body.split('\n').map((line) => {
        const input = parseAnswer(
          JSON.parse(line.replace('YOUR NAME', 'ana').replace('WHY', 'host-2 is gone').replace('HOST', 'host-2')),
        );
        if ('refused' in input) return input;
        const asked = findQuestion(input, [{ question: question(kind), decisions: [] }], 0);
        if ('refused' in asked) return asked;
        return checkAnswer(asked, input, { by: 'x-1', at: '2026-03-02T09:01:00.000Z' });
      });
      expect(taken.filter((one) => 'refused' in one)).toEqual([]);
      expect(taken.length).toBeGreaterThan(1);
    });
  },
);

describe('a reminder', () => {
  const asked = question('confirm');
  const now = Date.parse('2026-03-02T09:07:40.000Z');
  const [, call] = callsDue(asked, now);
  const place = { environment: 'local', contacts: { L2: 'Ana, +44 2' } };
  const reminded = (about: Asked) => call && reminderValues(call, about, place, now);

  test("gives the person to call, the minutes left, and the question's status", () => {
    expect(reminded({ question: asked, decisions: [] })).toEqual({
      called: 'L2 Technical Lead: Ana, +44 2',
      percent: 50,
      minutes_open: 7,
      minutes_left: 7,
      more: 'The first message has the plan of a rollback. To plan again:\nnpm run rollback -- plan --phase 1',
      standing: `The question is open until ${asked.deadline}.`,
    });
  });

  test.each([
    ['of a hand-over, which has no plan', { kind: 'hand-over' }, /first message:\nnpm run rollback -- show r-1$/],
    ['of several phases', { phases: [4, 3], phase: 3 }, /plan again:\nnpm run rollback -- plan --before 3$/],
  ] as const)('%s offers a command that is accepted', (_, about, offered) => {
    expect(reminded({ question: { ...asked, ...about }, decisions: [] })?.more).toMatch(offered);
  });

  test('names the first of two approvers', () => {
    const decisions: Decision[] = [
      { type: 'answer', by: 'x-1', answer: 'rollback', operator: 'ana', reason: null, at: asked.asked_at },
      { type: 'verified', by: 'x-1', principal: 'arn:ana', at: asked.asked_at },
    ];
    expect(reminded({ question: { ...asked, approvers: 2 }, decisions })?.standing).toBe(
      `The question is open until ${asked.deadline}: rollback needs 1 more verified person; approved so far: arn:ana.`,
    );
  });
});
