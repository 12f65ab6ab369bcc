import { describe, expect, test } from 'vitest';
import { criticalWaiter, type Waiter } from '../../../domain/decision/fleet-queue.ts';
import { parseAnswer, pasteable } from '../../../domain/question/answer.ts';
import { checkAnswer, questionStatus } from '../../../domain/question/answer-rules.ts';
import {
  type HandOverInput,
  hostsLeftOut,
  isCutShort,
  leftOutSentences,
  newHandOver,
} from '../../../domain/question/hand-over.ts';
import { type Answer, answersOf } from '../../../domain/question/question.ts';
import { type Decision, decidingAnswers, resolve } from '../../../domain/question/resolution.ts';

const times = { confirm: 900, hand_over: 4 * 3600, choose: 'rollback' } as const;
const at = (time: string) => `2026-03-02T${time}.000Z`;
const host3 = { host: 'host-3', reason: 'no space left on device' };
const stopped: HandOverInput['stopped'] = {
  step: 'clear-cache',
  state: 'Clear cache',
  kind: 'step',
  at: at('08:59:59'),
  failed: [host3],
  hosts: 3,
};
const handOver = (changes: Partial<HandOverInput> = {}) =>
  newHandOver(
    {
      rollback: 'r-1',
      number: 1,
      phase: 1,
      severity: 'HIGH',
      asked_at: at('09:00:00'),
      approvers: 1,
      stopped,
      problem: 'Clear cache failed on 1 of 3 hosts: host-3 (no space left on device).',
      waiting: null,
      ...changes,
    },
    times,
  );
const waiter: Waiter = {
  rollback: 'r-2',
  execution_arn: 'arn:r-2',
  phase: 3,
  severity: 'CRITICAL',
  deployed: null,
  opened: at('08:58:00'),
  part: 'all',
  touched: false,
  until: at('09:13:00'),
  incident: 'r-1',
  acted: [],
};

describe('a hand-over', () => {
  test('is open for the time of the environment, and says why the rollback stopped', () => {
    expect(handOver()).toMatchObject({
      kind: 'hand-over',
      deadline: at('13:00:00'),
      why: ['Clear cache failed on 1 of 3 hosts: host-3 (no space left on device).'],
      stopped: { failed: [host3] },
    });
  });

  test('is open for five minutes while a CRITICAL rollback waits for the fleet, and names it', () => {
    const { deadline, why } = handOver({ waiting: waiter });
    expect([deadline, why[1]]).toEqual([
      at('09:05:00'),
      'CRITICAL rollback r-2 of phase 3 waits for the fleet, so there are five minutes to answer.',
    ]);
  });

  test.each<[string, Partial<Waiter>]>([
    ['of another severity', { severity: 'HIGH' }],
    ['that has begun', { part: 'whole' }],
    ['whose own time is over', { until: at('08:59:00') }],
    ['that is the same rollback', { rollback: 'r-1' }],
  ])('is not shortened by a waiter %s', (_, changes) => {
    expect(criticalWaiter([{ ...waiter, ...changes }], 'r-1', Date.parse(at('09:00:00')))).toBeUndefined();
    expect(criticalWaiter([waiter], 'r-1', Date.parse(at('09:00:00')))).toEqual(waiter);
  });

  test('is cut short only if more than five minutes are left', () => {
    const question = handOver();
    expect(isCutShort(question, Date.parse(at('09:00:10')))).toBe(true);
    expect(isCutShort(question, Date.parse(at('12:55:01')))).toBe(false);
    expect(isCutShort({ ...question, kind: 'confirm' }, Date.parse(at('09:00:10')))).toBe(false);
  });
});

describe('the answers to a hand-over', () => {
  const all: Answer[] = ['retry', 'retry-failed-hosts', 'skip', 'without-hosts', 'abort'];
  const failed = ['host-1', 'host-2', 'host-3'].map((host) => ({ host, reason: 'ill' }));
  test.each<[string, Partial<HandOverInput['stopped']>, Answer[]]>([
    ['of a step', {}, []],
    ['of the step that restores the code', { kind: 'restoring' }, ['skip']],
    ['of the confirmation', { kind: 'confirming', step: 'confirm-recovery' }, ['skip', 'retry-failed-hosts']],
    ['of a step that failed on every host', { failed }, ['without-hosts']],
    ['of a rollback of one host', { hosts: 1 }, ['without-hosts']],
  ])('%s', (_, changes, without) => {
    const question = handOver({ stopped: { ...stopped, ...changes } });
    expect(answersOf(question)).toEqual(all.filter((one) => !without.includes(one)));
  });

  test('can be pasted from the message: the failed hosts are filled in', () => {
    const question = handOver();
    const pasted = answersOf(question).map((answer) => {
      const input = JSON.parse(pasteable(answer, question)) as object;
      return parseAnswer({ ...input, operator: 'ana', ...('reason' in input ? { reason: 'looked' } : {}) });
    });
    expect(pasted.map((one) => ('refused' in one ? one.refused : one.answer))).toEqual(all);
    expect(pasted[3]).toMatchObject({ hosts: ['host-3'], reason: 'looked' });
  });

  test.each<[object, string]>([
    [{ answer: 'without-hosts' }, 'hosts is missing'],
    [{ answer: 'without-hosts', hosts: 'host-3' }, 'hosts must be a list of 1 to 1000 host names'],
    [{ answer: 'without-hosts', hosts: [] }, 'hosts must be a list of 1 to 1000 host names'],
    [{ answer: 'without-hosts', hosts: ['HOST'] }, 'replace HOST with the hosts to leave out'],
    [{ answer: 'skip', hosts: ['host-3'] }, 'hosts belongs to the answer without-hosts only, found skip'],
  ])('are refused by name: %j', (input, says) => {
    expect(parseAnswer({ operator: 'ana', ...input })).toMatchObject({ refused: expect.stringContaining(says) });
  });

  test.each<[string, Answer, Partial<HandOverInput['stopped']>, string]>([
    ['without a reason', 'skip', {}, 'skip needs a reason'],
    ['of hosts without a reason', 'without-hosts', {}, 'without-hosts needs a reason'],
    [
      'of the restoring step',
      'skip',
      { kind: 'restoring' },
      'because without "Clear cache" trading would resume on the code',
    ],
    ['of the confirmation', 'skip', { kind: 'confirming' }, 'nobody knows whether the rollback helped'],
    [
      'that belongs to another question',
      'rollback',
      {},
      'rollback does not answer this question of rollback r-1; use one of',
    ],
  ])('%s are refused', (_, answer, changes, says) => {
    const question = handOver({ stopped: { ...stopped, ...changes } });
    const given = { answer, operator: 'ana', reason: changes.kind ? 'in a hurry' : null };
    expect(checkAnswer({ question, decisions: [] }, given, { by: 'x', at: at('09:01:00') })).toMatchObject({
      refused: expect.stringContaining(says),
    });
  });

  test('may leave out hosts of the rollback only, and not all of them', () => {
    const hosts = ['host-1', 'host-2'].map((name, i) => ({ name, instance_id: `i-${i + 1}` }));
    expect(hostsLeftOut(['i-2'], hosts)).toEqual([hosts[1]]);
    expect(hostsLeftOut(['host-9'], hosts)).toBe('The rollback does not act on host-9. Its hosts: host-1, host-2');
    expect(hostsLeftOut(['host-1', 'i-2'], hosts)).toBe(
      'Without host-1, i-2 the rollback has no host left; use abort. Its hosts: host-1, host-2',
    );
  });
});

describe('with two approvers', () => {
  const question = handOver({ approvers: 2 });
  const said = (by: string, answer: Answer, hosts?: string[]): Decision => ({
    ...{ type: 'answer', by, answer, operator: by, reason: 'looked', at: at('09:01:00') },
    ...(hosts ? { hosts } : {}),
  });
  const is = (by: string, person: string): Decision => ({
    ...{ type: 'verified', by, principal: `arn:aws:sts::1:assumed-role/lead/${person}`, at: at('09:02:00') },
  });
  const state = (...decisions: Decision[]) => resolve(decisions, question, Date.parse(at('09:03:00')));

  test.each<Answer>(['retry', 'retry-failed-hosts', 'abort'])('one person is enough for %s', (answer) => {
    expect(state(said('a', answer))).toMatchObject({ state: 'decided', outcome: answer });
  });

  test('two verified people must agree on a skip; one person under two names is one', () => {
    expect(state(said('a', 'skip'), said('b', 'skip'), is('a', 'ana'), is('b', 'ana')).state).toBe('open');
    const both = [said('a', 'skip'), said('b', 'skip'), is('a', 'ana'), is('b', 'bo')] as const;
    expect(state(...both)).toMatchObject({ state: 'decided', outcome: 'skip' });
    expect(decidingAnswers(both, both[3])).toEqual([both[0], both[1]]);
  });

  test('two people who name other hosts do not agree', () => {
    const others = [said('a', 'without-hosts', ['host-1']), said('b', 'without-hosts', ['host-2'])];
    expect(state(...others, is('a', 'ana'), is('b', 'bo')).state).toBe('open');
    const same = [said('a', 'without-hosts', ['host-1', 'host-2']), said('b', 'without-hosts', ['host-2', 'host-1'])];
    expect(state(...same, is('a', 'ana'), is('b', 'bo'))).toMatchObject({ outcome: 'without-hosts' });
  });

  test('the status says what a first answer still needs', () => {
    const decisions = [said('a', 'skip'), is('a', 'ana')];
    expect(questionStatus({ question, decisions }, Date.parse(at('09:03:00')))).toBe(
      `The question is open until ${at('13:00:00')}: skip needs 1 more verified person; approved so far: ana.`,
    );
  });
});

test('what was left out is told with who left it out and why', () => {
  expect(
    leftOutSentences(
      [{ step: 'clear-cache', by: 'ana', reason: 'tonight' }],
      [{ name: 'host-3', by: null, reason: 'disk broken' }],
    ),
  ).toEqual([
    'Skipped on every host: clear-cache (by ana: tonight).',
    'Left out, so not rolled back: host-3 (by somebody: disk broken).',
  ]);
});
