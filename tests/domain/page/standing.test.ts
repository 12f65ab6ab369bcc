import { expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { eventSentence } from '../../../domain/page/event-sentence.ts';
import { standingOf } from '../../../domain/page/standing.ts';
import { at, chainOf, type Listed, opening } from './an-incident.ts';

const asked = (number: number): Listed => [
  number,
  'Question asked',
  {
    ...{ rollback: 'r', phase: 1, number, kind: 'confirm', severity: 'HIGH', why: [], approvers: 1 },
    ...{ asked_at: at(number), deadline: at(900), at_deadline: 'It looks again.' },
  },
];
const heard = (seconds: number, about: string, number: number | null): Listed => [
  seconds,
  'Acknowledged',
  { operator: 'ana', by: 'arn:x', about, number },
];
const stopped: Listed = [9, 'Rollback closed', { ending: 'Needs a person', problem: 'A host hangs.', fleet: 'held' }];
const over: Listed = [9, 'Rollback closed', { ending: 'Stood down', problem: null, fleet: 'not held' }];

const words = ` ana heard it at ${at(20)}`;
test.each([
  ['names nobody before somebody heard the question', [asked(1)], /^one person: the Technical Lead or Operations$/],
  ['names the person who heard the question', [asked(1), heard(20, 'question', 1)], new RegExp(`Operations;${words}$`)],
  ['does not name one who heard an earlier question', [asked(2), heard(20, 'question', 1)], /Operations$/],
  ['names the person who heard that it stopped', [stopped, heard(20, 'ending', null)], new RegExp(`now;${words}$`)],
  ['does not name one who heard the question before it stopped', [stopped, heard(20, 'question', 1)], /now$/],
  ['names nobody if nobody must act', [over, heard(20, 'ending', null)], /^null$/],
] as const)('the line about who must act %s', (_, listed, acts) => {
  const events = chainOf(...opening(), ...listed);
  expect(String(standingOf(recordOf(events), events).acts)).toMatch(acts);
});

test('an acknowledgement is a sentence, without the execution that gave it', () => {
  const detail = { operator: 'ana', by: 'arn:x', about: 'question', number: 1 };
  expect(eventSentence({ type: 'Acknowledged', detail })).toBe(
    'ana heard the page about question 1. Nobody else is called about it.',
  );
});
