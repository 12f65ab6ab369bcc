import { expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import type { RecordSummary } from '../../../domain/history/record-index.ts';
import { laterThan, nothingAfter } from '../../../domain/page/after-the-end.ts';
import { eventSentence } from '../../../domain/page/event-sentence.ts';
import { nextSteps } from '../../../domain/page/next-steps.ts';
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
  ['names the person who heard that it stopped', [stopped, heard(20, 'ending', null)], new RegExp(`at once;${words}$`)],
  ['does not name one who heard the question before it stopped', [stopped, heard(20, 'question', 1)], /at once$/],
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

const summary = { phase: 1, severity: 'HIGH', start_time: at(500) };
test.each([
  ['is one that runs', null, 1],
  ['is one that rolled back', 'Rolled back', 1],
  ['is one that stopped', 'Needs a person', 1],
  ['is not one that joined a rollback', 'Joined the active rollback', 0],
  ['is not a repeat of an alarm', 'Already handled', 0],
])('a later rollback %s', (_, ending, count) => {
  const all = [{ ...summary, rollback_id: 'r-2', ending }] as unknown as readonly RecordSummary[];
  expect(laterThan(all, { rollback_id: 'r-1', start_time: at(0) })).toHaveLength(count);
});

test('a start that joined a rollback leads to that one, not to a later one', () => {
  const command = 'npm run rollback -- show r-1 --environment staging';
  const why = [`Rollback r-1 of phase 1 is open and acts on these hosts. See it: ${command}`];
  const decided: Listed = [2, 'Decided', { decision: 'Joined the active rollback', why }];
  const closed: Listed = [3, 'Rollback closed', { ending: 'Joined the active rollback', fleet: 'not held' }];
  const events = chainOf(...opening(), decided, closed);
  const after = { ...nothingAfter, later: { rollback_id: 'r-3', start_time: at(500), ending: 'Rolled back' as const } };
  expect(nextSteps({ record: recordOf(events), events, environment: 'staging', after })).toEqual([
    { says: 'See the rollback that it joined:', commands: [command], see: 'r-1' },
  ]);
});

const released: Listed = [10, 'Fleet released', { operator: 'ana', reason: 'The hosts are safe.' }];
const began: Listed = [3, 'Step started', { step: 'stop-data-ingestion', kind: 'step', attempt: 1 }];
const did: Listed = [5, 'Step done', { step: 'stop-data-ingestion', kind: 'step', attempt: 1 }];
const standingAfter = (listed: readonly Listed[], ending: 'Rolled back' | 'Needs a person' | null) => {
  const events = chainOf(...opening(), ...listed);
  const later = ending === null ? null : { rollback_id: 'r-2', start_time: at(500), ending };
  return standingOf(recordOf(events), events, { ...nothingAfter, later });
};

test('a release ends the hold, not the need: the page names the steps that are done, and who rolls the phase back', () => {
  const { says, acts } = standingAfter([began, did, stopped, released], null);
  expect(acts).toBe('the Technical Lead or Operations, who roll the phase back or see that its hosts are sound');
  expect(says).toContain('Done: stop-data-ingestion. The steps after these never began.');
  expect(says).toContain('No later rollback of the phase is known to have ended well: hosts may be half rolled back.');
});

test.each([
  ['a later rollback stopped too', [began, stopped, released], 'Needs a person', true],
  ['a later rollback ended well', [began, did, stopped, released], 'Rolled back', false],
  ['no step had begun', [stopped, released], null, false],
] as const)(
  'after a release it is needed no more unless hosts may be half rolled back: %s',
  (_, listed, later, needed) => {
    expect(standingAfter(listed, later).acts !== null).toBe(needed);
  },
);

test.each([
  ['no later rollback is known', null, 'Roll back what is not done:'],
  [
    'the later rollback is open',
    { rollback_id: 'r-2', start_time: at(500), ending: null },
    'Only if the later rollback does not end well, roll back what is not done:',
  ],
  [
    'the later rollback has ended',
    { rollback_id: 'r-2', start_time: at(500), ending: 'Rolled back' as const },
    'Only if the later rollback has not done it, roll back what is not done:',
  ],
])('after a stop and a release, a start is offered on a condition: %s', (_, later, says) => {
  const events = chainOf(...opening(), began, did, stopped, released);
  const steps = nextSteps({
    record: recordOf(events),
    events,
    environment: 'local',
    after: { ...nothingAfter, later },
  });
  expect(steps.map((one) => one.says)).toContain(says);
});

test('the same people are asked once to act, with when and why the fleet was released', () => {
  const events = chainOf(...opening(), began, did, stopped, released);
  const later = { rollback_id: 'r-2', start_time: at(500), ending: null };
  const after = { ...nothingAfter, says: ['Rollback r-2 began later: it is open.'], urgent: true, later };
  const { acts, says } = standingOf(recordOf(events), events, after);
  expect(acts).toBe(
    'the Technical Lead or Operations, who roll the phase back or see that its hosts are sound; they also look at what followed',
  );
  expect(says).toContain(
    `This rollback stopped and does not go on by itself. ana released the fleet for other rollbacks at ${at(10)}: The hosts are safe. Done: stop-data-ingestion.`,
  );
});
