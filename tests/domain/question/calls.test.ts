import { describe, expect, test } from 'vitest';
import {
  callsAbout,
  type LevelCall,
  levelCalledBy,
  levelCallsDue,
  newsDue,
  type Page,
  type Paging,
} from '../../../domain/question/calls.ts';

const since = '2026-03-02T09:00:00.000Z';
const at = (minutes: number) => Date.parse(since) + minutes * 60_000;
const all = { L1: 'desk', L2: 'ana', L3: 'bo', L4: 'chris' };
const ending: Page = { about: 'ending', number: 1, severity: 'CRITICAL', since, deadline: null };
const question: Page = {
  about: 'question',
  number: 1,
  severity: 'CRITICAL',
  since,
  deadline: '2026-03-02T09:15:00.000Z',
};
const times = (calls: readonly LevelCall[]) =>
  calls.map(({ level, at: due }) => `${level} after ${(Date.parse(due) - Date.parse(since)) / 60_000} min`);

describe('the calls about a page', () => {
  test.each([
    ['CRITICAL gives each level two minutes', ending, ['L2 after 2 min', 'L3 after 4 min', 'L4 after 6 min']],
    ['so does a CRITICAL question', question, ['L2 after 2 min', 'L3 after 4 min', 'L4 after 6 min']],
    [
      'none comes after the end of a question',
      { ...question, deadline: '2026-03-02T09:05:00.000Z' },
      ['L2 after 2 min', 'L3 after 4 min'],
    ],
    [
      'HIGH gives each level a quarter of an hour',
      { ...ending, severity: 'HIGH' },
      ['L2 after 15 min', 'L3 after 30 min', 'L4 after 45 min'],
    ],
    [
      'L4 is called in the last tenth of a question, because reminders call L2 and L3',
      { ...question, severity: 'HIGH' },
      ['L4 after 13.5 min'],
    ],
  ] as const)('%s', (_, page, expected) => {
    expect(times(callsAbout(page, all))).toEqual(expected);
  });

  test('pass over a level without a contact', () => {
    expect(times(callsAbout(ending, { L1: 'desk', L3: 'bo' }))).toEqual(['L3 after 4 min']);
  });

  test('have names of their own for each page of a rollback', () => {
    const names = [question, { ...question, number: 2 }, ending, { ...ending, about: 'fleet', number: 2 } as const].map(
      (page) => callsAbout(page, all)[0]?.message,
    );
    expect(names).toEqual(['call-L2', 'call-L2-2', 'call-L2-ending', 'call-L2-fleet-2']);
  });
});

describe('the calls that are due', () => {
  const paging: Paging = { page: ending, heard: null, news: [], sent: new Set() };
  const due = (changes: Partial<Paging>, minutes: number) =>
    levelCallsDue({ ...paging, ...changes }, all, at(minutes)).map(({ level }) => level);

  test('are none before the first two minutes are over', () => expect(due({}, 1.9)).toEqual([]));
  test('are all that were missed, because each level has its own telephone', () => {
    expect(due({}, 5)).toEqual(['L2', 'L3']);
  });
  test('are not repeated', () => expect(due({ sent: new Set(['call-L2-ending']) }, 5)).toEqual(['L3']));
  test('are none once somebody has heard it', () => {
    expect(due({ heard: { operator: 'ana', at: since } }, 5)).toEqual([]);
  });
  test('are none if nothing waits for a person', () => expect(due({ page: null }, 5)).toEqual([]));
});

test('news is told once', () => {
  const news = [
    { message: 'acknowledged', says: 'one' },
    { message: 'acknowledged-2', says: 'two' },
  ];
  expect(newsDue({ page: null, heard: null, news, sent: new Set(['acknowledged']) })).toEqual([news[1]]);
});

test.each([
  ['question', 'L1'],
  ['question-2', 'L1'],
  ['needs-a-person', 'L1'],
  ['fleet-held-3', 'L1'],
  ['call-L2', 'L2'],
  ['call-L4-ending', 'L4'],
  ['rollback-complete', undefined],
  ['acknowledged', undefined],
  ['reminder-50', undefined],
])('the message %s calls %s', (message, level) => {
  expect(levelCalledBy(message)).toBe(level);
});
