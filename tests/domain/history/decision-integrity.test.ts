import { describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import {
  changedDecisions,
  changedQuestions,
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

  const copies: [string, KeptDecision, SampleEvent[]][] = [
    ['the answer that decided', item(1, answer), []],
    ['a second answer', item(2, { type: 'answer', ...second }), [['Answer given', '03:02', { number: 1, ...second }]]],
    [
      'a verified principal',
      item(2, { type: 'verified', by: 'arn:a', principal: 'ana', at: given.at }),
      [['Principal verified', '03:02', { by: 'arn:a', principal: 'ana' }]],
    ],
  ];
  test.each(copies)('are named if they are a copy of %s at another place', (_, original, events) => {
    const copy = { ...original, sk: 'DECISION#0009' };
    const all = [...new Set([...decided, original])].filter(
      (one, i, some) => some.findIndex(({ sk }) => sk === one.sk) === i,
    );
    expect(changed(all, settled(...decided), ...events)).toEqual([]);
    const says = ['DECISION#0009 of question 1 is named by no event'];
    expect(changed([...all, copy], settled(...decided), ...events)).toEqual(says);
    expect(changed([copy, ...all], settled(...decided), ...events).length).toBe(1);
  });
  test('are named if somebody stored a copy at an earlier place than the answer that decided', () => {
    const late = item(2, answer);
    expect(changed([item(1, answer), late], settled(late))).toEqual([
      'DECISION#0001 of question 1 is named by no event',
    ]);
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

describe('the item of a question', () => {
  const question = {
    rollback: 'r-1',
    number: 1,
    kind: 'confirm',
    why: ['HIGH asks'],
    approvers: 1,
    deadline: given.at,
  };
  const events = chainOf(opened, ['Question asked', '02:00', question]);
  const judged = (kept: object | undefined, number = 1) =>
    changedQuestions(events, [{ number, item: kept as Record<string, unknown> | undefined }]);

  test('is the one that its event holds', () => {
    expect(judged(question)).toEqual([]);
  });
  test('that was deleted is named', () => {
    const says = ['the item of question 1 is missing'];
    expect([judged(undefined), judged(question, 2), changedQuestions(events, [])]).toEqual([says, says, says]);
  });
  test.each(Object.keys(question))('is named if its %s was changed or removed', (name) => {
    const says = [`the item of question 1 was changed: ${name}`];
    expect(judged({ ...question, [name]: 'forged' })).toEqual(says);
    expect(judged({ ...question, [name]: undefined })).toEqual(says);
  });
  test('is named if it has a further attribute', () => {
    expect(judged({ ...question, outcome: 'rollback' })).toEqual(['the item of question 1 was changed: outcome']);
  });
});
