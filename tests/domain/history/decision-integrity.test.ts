import { describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import {
  changedDecisions,
  contradictedByExecutions,
  executionsOfPeople,
  type KeptDecision,
} from '../../../domain/history/decision-integrity.ts';
import type { EventType } from '../../../domain/history/event.ts';
import { chainOf, opened, type SampleEvent } from './sample-events.ts';

const given = { by: 'arn:a', answer: 'rollback', operator: 'ana', reason: null, at: '2026-03-02T09:03:00.000Z' };
const answer = { type: 'answer', ...given };
const item = (position: number, content: object): KeptDecision => ({
  number: 1,
  sk: `DECISION#000${position}`,
  item: content as KeptDecision['item'],
});
const answerGiven: SampleEvent = ['Answer given', '03:00', { number: 1, ...given }];
const settled = (...items: KeptDecision[]): SampleEvent => [
  'Question settled',
  '03:01',
  {
    number: 1,
    outcome: 'rollback',
    decided_by: items.map((one) => ({ item: one.sk, sha256: contentHash(one.item), execution: 'arn:a' })),
  },
];
const decided = [item(1, answer)];
const changed = (kept: KeptDecision[], ...events: SampleEvent[]) =>
  changedDecisions(chainOf(opened, answerGiven, ...events), kept);

describe('the decisions in the state table', () => {
  test('match the events that name them', () => {
    expect(changed(decided, settled(...decided))).toEqual([]);
  });

  test('that were changed after the question was settled are named', () => {
    expect(changed([item(1, { ...answer, operator: 'eve' })], settled(...decided))).toEqual([
      'DECISION#0001 of question 1 was changed',
    ]);
  });

  test('that were deleted are named', () => {
    expect(changed([], settled(...decided))).toEqual(['DECISION#0001 of question 1 is missing']);
  });

  test('that were added are named', () => {
    expect(changed([...decided, item(2, { ...answer, by: 'arn:x' })], settled(...decided))).toEqual([
      'DECISION#0002 of question 1 is named by no event',
    ]);
  });

  const second = { ...given, by: 'arn:b', operator: 'bo' };
  const explained: [string, object, EventType, object][] = [
    ['a second answer', { type: 'answer', ...second }, 'Answer given', { number: 1, ...second }],
    [
      'a verified principal',
      { type: 'verified', by: 'arn:a', principal: 'ana', at: given.at },
      'Principal verified',
      { by: 'arn:a', principal: 'ana' },
    ],
    [
      'an item that was passed over',
      { type: 'answer', by: 'x' },
      'Decision passed over',
      { number: 1, item: 'DECISION#0002', sha256: contentHash({ type: 'answer', by: 'x' }) },
    ],
  ];
  test.each(explained)('may include %s that has an event of its own', (_, content, type, detail) => {
    const kept = [...decided, item(2, content)];
    expect(changed(kept, settled(...decided), [type, '03:02', { ...detail }])).toEqual([]);
    expect(changed(kept, settled(...decided))).toEqual(['DECISION#0002 of question 1 is named by no event']);
  });

  test('may include those that were given up at the deadline', () => {
    const marker = item(2, { type: 'not proved', passes: ['DECISION#0001'], at: given.at });
    expect(changed([item(1, { type: 'answer', by: 'x' }), marker], settled(marker))).toEqual([]);
  });

  test('are not compared while the question is open, or if an older version settled it', () => {
    expect(changed([item(1, answer)])).toEqual([]);
    expect(changed([], ['Question settled', '03:01', { number: 1, outcome: 'rollback' }])).toEqual([]);
  });
});

describe('the executions of people', () => {
  const released: SampleEvent = [
    'Fleet released',
    '20:00',
    { by: 'arn:release', operator: 'ana', reason: 'repaired', fence: 1 },
  ];
  const events = chainOf(opened, answerGiven, released);
  const contradicted = (seen: Record<string, 'missing' | 'unreadable' | { input: unknown }>) =>
    contradictedByExecutions(events, new Map(Object.entries(seen)));

  test('are those that answered or released', () => {
    expect(executionsOfPeople(events)).toEqual(['arn:a', 'arn:release']);
  });

  test('have the input that the events say, apart from blanks', () => {
    const agreeing = {
      'arn:a': { input: { answer: 'rollback', operator: ' ana ' } },
      'arn:release': { input: { operator: 'ana', reason: 'repaired ' } },
    };
    expect(contradicted(agreeing)).toEqual([]);
  });

  test('that have another input are named', () => {
    const other = {
      'arn:a': { input: { answer: 'stand-down', operator: 'ana' } },
      'arn:release': { input: { operator: 'bo', reason: 'repaired' } },
    };
    expect(contradicted(other)).toEqual([
      'event 2 (Answer given): arn:a has another answer',
      'event 3 (Fleet released): arn:release has another operator',
    ]);
  });

  test('that Step Functions has deleted contradict nothing', () => {
    expect(contradicted({ 'arn:a': 'missing', 'arn:release': 'unreadable' })).toEqual([]);
  });
});

describe('an item under a key that the product does not write is found by its key', () => {
  const oddKeys = [
    'DECISION',
    'DECISION#',
    'DECISION#1',
    'DECISION#0000',
    'DECISION#0001 ',
    'DECISION#x',
    'decision#0001',
  ];
  const odd = (sk: string, number = 1): KeptDecision => ({ number, sk, item: answer });
  const says = (sk: string, number = 1) => [`${JSON.stringify(sk)} of question ${number} is no key of a decision`];

  test.each([...oddKeys, 'ANSWER', 'QUESTION '])('%j, beside the decisions of a settled question', (sk) => {
    expect(changed([...decided, odd(sk)], settled(...decided))).toEqual(says(sk));
  });
  test.each(oddKeys)('%j, on a question that is open', (sk) => {
    expect(changed([odd(sk)])).toEqual(says(sk));
  });
  test('unless the history says that the machine passed over it', () => {
    const passed = (number: number): SampleEvent => [
      'Decision passed over',
      '03:02',
      { number, item: 'DECISION', sha256: contentHash(answer), execution: null },
    ];
    expect(changed([odd('DECISION')], passed(1))).toEqual([]);
    expect(changed([odd('DECISION', 2)], passed(1))).toEqual(says('DECISION', 2));
  });
});
