import { expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { stillOwed, whyHalf } from '../../../domain/message/half-rolled-back.ts';
import {
  type AskedOfPeople,
  type Owed,
  openReasons,
  owedReasons,
  putBackReasons,
} from '../../../domain/message/owed-before-resume.ts';
import { drillReason, type Question } from '../../../domain/question/question.ts';

const hostOf = (n: number) => ({ instance_id: `i-${n}`, name: `host-${n}` });
const hosts = [1, 2].map(hostOf);
const leftOut: Owed = { hosts: [{ ...hostOf(2), phase: 1, rollback: 'r-1', left_out: true }], steps: [] };
const away: Owed = { hosts: [{ ...hostOf(2), phase: 3, rollback: 'r-1' }], steps: [] };
const skipped: Owed = { hosts: [], steps: [{ phase: 1, step: 'clear-corrupted-cache', rollback: 'r-2' }] };
const refusal = (owed: Owed, trading = hosts, despite: string[] = [], events: readonly BrakeEvent[] = []) =>
  whyHalf([], stillOwed(owedReasons(owed, trading, ''), events), { despite, words: '' });
const resumed = (despite: string[]) => [{ type: 'Trading resumed', detail: { despite } }] as unknown as BrakeEvent[];

test.each<[string, Owed, string]>([
  [
    'that a person left out',
    leftOut,
    'The rollback of phase 1 is owed to host-2, because a person left it out of rollback r-1. Roll back: npm run rollback -- start --phase 1 --only-hosts host-2 ',
  ],
  [
    'that was away',
    away,
    'The rollback of phase 3 is owed to host-2, because it was away during rollback r-1. Roll back: npm run rollback -- start --phase 3 --only-hosts host-2 ',
  ],
  [
    'on which people skipped a step',
    skipped,
    'People skipped clear-corrupted-cache on every host in rollback r-2, and no rollback of phase 1 has done it since. Roll back: npm run rollback -- start --phase 1 --from clear-corrupted-cache ',
  ],
])('trading resumes on no host %s, and the refusal names the start that finishes the work', (_, owed, words) => {
  expect(refusal(owed)).toContain(words);
  expect(refusal(owed)).toContain(`resume --despite ${owed === skipped ? 'r-2' : 'r-1'} `);
});

test.each<[string, string | undefined]>([
  ['the other hosts', refusal(leftOut, [hostOf(1)])],
  ['a host of which the person knows that', refusal(leftOut, hosts, ['r-1'])],
  ['a host of which people knew it when they resumed', refusal(leftOut, hosts, [], resumed(['r-1']))],
  ['hosts to which nothing is owed', refusal({ hosts: [], steps: [] })],
])('trading resumes on %s', (_, refused) => expect(refused).toBeUndefined());

const putBack = { ...hostOf(2), what: 'v1.4.0 of phase 1 is back', key: 'k' };
const refusalOfPutBack = (differences: readonly object[], trading = hosts, despite: string[] = []) =>
  whyHalf([], putBackReasons({ differences } as Parameters<typeof putBackReasons>[0], trading), { despite, words: '' });

test('trading resumes on no host to which the bad version came back, and the refusal names it', () => {
  const refused = refusalOfPutBack([{ ...putBack, undone: 'r-1' }]);
  expect(refused).toContain('The version that rollback r-1 took back is on host-2 again: v1.4.0 of phase 1 is back.');
  expect(refused).toContain('resume --despite r-1 ');
});

test.each<[string, string | undefined]>([
  ['the other hosts', refusalOfPutBack([{ ...putBack, undone: 'r-1' }], [hostOf(1)])],
  ['a host of which the person knows that', refusalOfPutBack([{ ...putBack, undone: 'r-1' }], hosts, ['r-1'])],
  ['a host that differs otherwise', refusalOfPutBack([putBack])],
])('after a bad version came back, trading resumes on %s', (_, refused) => expect(refused).toBeUndefined());

const question: Question = {
  rollback: 'r-1',
  number: 1,
  phase: 1,
  kind: 'permit',
  severity: 'CRITICAL',
  why: ['host-2 is ill.'],
  approvers: 1,
  asked_at: '2026-03-02T09:30:00.000Z',
  deadline: '2026-03-02T09:45:00.000Z',
  at_deadline: '',
};
const open: AskedOfPeople = { question, decisions: [] };
const answered: AskedOfPeople = {
  question,
  decisions: [
    { type: 'answer', by: 'arn', answer: 'stand-down', operator: 'ana', reason: null, at: '2026-03-02T09:31:00.000Z' },
  ],
};
const refusalOfOpen = (one: AskedOfPeople, despite: string[] = [], at = '2026-03-02T09:32:00.000Z') =>
  whyHalf([], openReasons([one], Date.parse(at)), { despite, words: '' });

test('trading does not resume while a CRITICAL alarm asks, and the refusal names the question', () => {
  expect(refusalOfOpen(open)).toContain(
    'Rollback r-1 of phase 1 asks because of a CRITICAL alarm, and nobody has decided: host-2 is ill. Answer it first: `rollback show r-1`',
  );
  expect(refusalOfOpen(open)).toContain('resume --despite r-1 ');
});

test.each<[string, string | undefined]>([
  ['is answered', refusalOfOpen(answered)],
  ['is known to the person', refusalOfOpen(open, ['r-1'])],
  ['is over', refusalOfOpen(open, [], question.deadline)],
  ['is of a lower severity', refusalOfOpen({ ...open, question: { ...question, severity: 'HIGH' } })],
  ['is a hand-over', refusalOfOpen({ ...open, question: { ...question, kind: 'hand-over' } })],
  ['is of a drill', refusalOfOpen({ ...open, question: { ...question, why: [drillReason] } })],
])('trading resumes if the question %s', (_, refused) => expect(refused).toBeUndefined());
