import { describe, expect, test } from 'vitest';
import { chainWith, type EventType, type RollbackEvent } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { levelCallsDue } from '../../../domain/question/calls.ts';
import { pagingOf } from '../../../domain/reconcile/paging.ts';

const at = (minutes: number) => new Date(Date.parse('2026-03-02T09:00:00Z') + minutes * 60_000).toISOString();
type Sample = readonly [EventType, number, Readonly<Record<string, unknown>>];

const opened = (mode = 'live'): Sample => [
  'Rollback opened',
  0,
  { phase: 1, severity: 'CRITICAL', mode, fleet: 'trading', execution_arn: 'arn:r-1', start_time: at(0) },
];
const asked = (kind = 'permit', number = 1): Sample => [
  'Question asked',
  1,
  { number, kind, why: ['x'], asked_at: at(1), deadline: at(15) },
];
const settled = (outcome: string): Sample => ['Question settled', 6, { number: 1, outcome, by: 'ana answered' }];
const answered = (answer: string): Sample => [
  'Answer given',
  5,
  { number: 1, answer, operator: 'ana', at: at(5), by: 'a' },
];
const acknowledged = (minutes: number, about = 'question'): Sample => [
  'Acknowledged',
  minutes,
  { operator: 'ana', by: `arn:${minutes}`, about, number: 1 },
];
const closed = (ending: string): Sample => ['Rollback closed', 10, { ending, problem: null }];
const released: Sample = ['Fleet released', 12, { operator: 'bo', reason: 'looked at' }];
const sent = (message: string, minutes: number): Sample => ['Message sent', minutes, { message }];

const events = (...samples: readonly Sample[]): RollbackEvent[] =>
  chainWith(
    'r-1',
    [],
    samples.map(([type, minutes, detail], i) => ({ id: `${i}`, type, at: at(minutes), detail })),
  );
const paging = (...samples: readonly Sample[]) => pagingOf(events(opened(), ...samples));

describe('the page that people are called about', () => {
  test.each([
    ['an open question', [asked()], { about: 'question', number: 1, since: at(1), deadline: at(15) }],
    ['a rollback that needs a person', [closed('Needs a person')], { about: 'ending', since: at(10), deadline: null }],
    [
      'a wait for a fleet, once people were told of it',
      [['Waiting for the fleet', 2, { fleet: 'trading' }], sent('fleet-held', 3)] as Sample[],
      { about: 'fleet', number: 1, since: at(3) },
    ],
  ])('is %s', (_, samples, expected) => {
    expect(paging(...samples).page).toMatchObject({ ...expected, severity: 'CRITICAL' });
  });

  test.each<[string, Sample[]]>([
    ['asks nothing', []],
    ['has its answer', [asked(), answered('rollback'), settled('rollback')]],
    ['waits, and nobody was told', [['Waiting for the fleet', 2, { fleet: 'trading' }]]],
    ['ended well', [closed('Rolled back')]],
    ['was released', [closed('Needs a person'), released]],
  ])('is none if the rollback %s', (_, samples) => {
    expect(paging(...samples).page).toBeNull();
  });

  test('is none of a drill', () => {
    expect(pagingOf(events(opened('simulate'), asked())).page).toBeNull();
  });
});

describe('a question whose hosts are shut down after the close', () => {
  const off: Sample = ['Hosts shut down', 4, { until: at(60) }];
  const overNight: Sample = [
    'Question asked',
    1,
    { number: 1, kind: 'hand-over', why: ['x'], asked_at: at(1), deadline: at(90) },
  ];

  test('calls L1 to L4 from the pre-open on, and nobody before', () => {
    const found = paging(overNight, off);
    expect(found.page).toMatchObject({ about: 'question', since: at(60), reminds: true });
    const contacts = { L1: 'Ana', L2: 'Bo' };
    const due = (minutes: number) =>
      levelCallsDue(found, contacts, Date.parse(at(minutes))).map(({ message }) => message);
    expect([due(59), due(60), due(62)]).toEqual([[], ['call-L1'], ['call-L1', 'call-L2']]);
  });

  test('calls nobody if somebody heard it before', () => {
    expect(paging(overNight, acknowledged(2), off).heard).toEqual({ operator: 'ana', at: at(2) });
  });

  test('calls at once if it is asked after the pre-open', () => {
    const later: Sample = ['Question asked', 61, { number: 1, kind: 'permit', asked_at: at(61), deadline: at(75) }];
    expect(paging(off, later).page).toMatchObject({ since: at(61) });
  });
});

describe('a page is heard', () => {
  test('by an acknowledgement', () => {
    expect(paging(asked(), acknowledged(3)).heard).toEqual({ operator: 'ana', at: at(3) });
  });
  test('not by that of an earlier page', () => {
    expect(paging(asked(), acknowledged(3), settled('nobody answered'), closed('Needs a person')).heard).toBeNull();
  });
  test('by the person who aborted the rollback', () => {
    const samples = [asked('hand-over'), answered('abort'), settled('abort'), closed('Needs a person')];
    expect(paging(...samples).heard).toEqual({ operator: 'ana', at: at(6) });
  });
});

describe('the news', () => {
  const names = (...samples: readonly Sample[]) => paging(...samples).news.map(({ message }) => message);

  test('are each acknowledgement, a decided hand-over and the release', () => {
    const samples = [asked('hand-over'), acknowledged(3), acknowledged(4), answered('retry'), settled('retry')];
    expect(names(...samples, closed('Needs a person'), released)).toEqual([
      ...['acknowledged', 'acknowledged-2', 'answered', 'released'],
    ]);
  });
  test('are not the decision before a rollback, which its next message reports', () => {
    expect(names(asked(), answered('rollback'), settled('rollback'))).toEqual([]);
  });
  test('are not that nobody answered', () => {
    expect(names(asked('hand-over'), settled('nobody answered'))).toEqual([]);
  });
});

describe('the record of a question without an answer', () => {
  const question = (...samples: readonly Sample[]) => recordOf(events(opened(), ...samples)).questions[0];

  test('says unheard if nobody acknowledged it', () => {
    expect(question(asked(), settled('nobody answered'))).toMatchObject({ without_answer: 'unheard' });
  });
  test('says unanswered if somebody did', () => {
    expect(question(asked(), acknowledged(3), settled('nobody answered'))).toMatchObject({
      without_answer: 'unanswered',
      acknowledged: { operator: 'ana', at: at(3) },
    });
  });
  test('says neither if it was answered', () => {
    expect(question(asked(), answered('rollback'), settled('rollback'))).not.toHaveProperty('without_answer');
  });
});

describe('a rollback whose hosts were shut down after the close', () => {
  const shutDown: Sample = ['Rollback closed', 10, { ending: 'Needs a person', problem: 'x', off_until: at(600) }];
  const contacts = { L1: 'Ops', L2: 'Ana' };

  test('calls nobody in the night, then L1 at the pre-open and L2 two minutes later', () => {
    const due = (minutes: number) => levelCallsDue(paging(shutDown), contacts, Date.parse(at(minutes)));
    expect([599, 600, 601, 602].map((minutes) => due(minutes).map(({ message }) => message))).toEqual([
      [],
      ['call-L1-ending'],
      ['call-L1-ending'],
      ['call-L1-ending', 'call-L2-ending'],
    ]);
  });

  test('reminds nobody if a person acknowledged the first message', () => {
    expect(levelCallsDue(paging(shutDown, acknowledged(20, 'ending')), contacts, Date.parse(at(700)))).toEqual([]);
  });
});
