import { describe, expect, test } from 'vitest';
import {
  failedHostLines,
  type HandOverInput,
  hostsLeftOut,
  isCutShort,
  leftOutSentences,
  mostFailedHosts,
  newHandOver,
} from '../../../domain/question/hand-over.ts';
import { answersOf, callsDue } from '../../../domain/question/question.ts';

const asked_at = '2026-01-05T09:00:00.000Z';
const times = { confirm: 900, hand_over: 4 * 3600, choose: 'rollback' } as const;
const failed = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ host: `host-${index + 1}`, reason: 'disk full' }));
const failure = {
  step: 'clear-cache',
  state: 'Clear cache',
  kind: 'step',
  failed: failed(1),
  hosts: 3,
  at: asked_at,
} as const;
const input = (changes: Partial<HandOverInput> = {}): HandOverInput => ({
  rollback: 'r-1',
  number: 1,
  phase: 1,
  severity: 'HIGH',
  asked_at,
  call_by: '2026-01-05T10:00:00.000Z',
  approvers: 1,
  stopped: failure,
  problem: 'Clear cache failed on host-1.',
  waiting: null,
  ...changes,
});
const ofMany = (count: number, hosts: number) =>
  newHandOver(input({ stopped: { ...failure, failed: failed(count), hosts } }), times);
const critical = { rollback: 'r-2', phase: 4 };

describe('the deadline of a hand-over', () => {
  test('is the hand_over of the environment, 4 hours here', () => {
    expect(newHandOver(input(), times).deadline).toBe('2026-01-05T13:00:00.000Z');
  });

  test('is five minutes while a CRITICAL rollback waits for the fleet', () => {
    expect(newHandOver(input({ waiting: critical }), times).deadline).toBe('2026-01-05T09:05:00.000Z');
  });

  test('is never later because a CRITICAL rollback waits', () => {
    const short = { ...times, hand_over: 120 };
    expect(newHandOver(input({ waiting: critical }), short).deadline).toBe('2026-01-05T09:02:00.000Z');
  });
});

describe('the people of a hand-over', () => {
  const calls = (changes: Partial<HandOverInput>) =>
    callsDue(newHandOver(input(changes), times), Date.parse('2026-01-06T00:00:00.000Z')).map(
      ({ level, at }) => `${level} ${at.slice(11, 16)}`,
    );

  test.each([
    ['within 15 minutes of a CRITICAL one, which keeps its four hours', '09:15', '09:07', '09:12'],
    ['within an hour of a HIGH one', '10:00', '09:30', '09:48'],
    ['within its four hours, if the limit is as long', '13:00', '11:00', '12:12'],
  ])('are called %s', (_, limit, two, three) => {
    const call_by = `2026-01-05T${limit}:00.000Z`;
    expect(calls({ call_by })).toEqual(['L1 09:00', `L2 ${two}`, `L3 ${three}`, 'L4 13:00']);
  });

  test('are called before the deadline if that comes first', () => {
    expect(calls({ waiting: critical })).toEqual(['L1 09:00', 'L2 09:02', 'L3 09:04', 'L4 09:05']);
  });
});

describe('the reasons of a hand-over', () => {
  test('begin with the words of the step', () => {
    expect(newHandOver(input(), times).why).toEqual(['Clear cache failed on host-1.']);
  });

  test('name the rollback that waits', () => {
    expect(newHandOver(input({ waiting: critical }), times).why).toEqual([
      'Clear cache failed on host-1.',
      'CRITICAL rollback r-2 of phase 4 waits for the fleet, so there are five minutes to answer.',
    ]);
  });

  test('name every phase of a rollback of several that waits', () => {
    const waiting = { rollback: 'r-2', phase: 3, phases: [4, 3] };
    expect(newHandOver(input({ waiting }), times).why.at(-1)).toContain('rollback r-2 of phases 4 and 3 waits');
  });

  test(`name at most ${mostFailedHosts} hosts, and count the others`, () => {
    const kept = ofMany(300, 300).stopped;
    expect(kept?.failed).toHaveLength(mostFailedHosts);
    expect(kept && failedHostLines(kept).at(-1)).toBe(
      'And 280 more, which "show" prints: name them too if you leave hosts out.',
    );
  });

  test(`count no others if ${mostFailedHosts} failed`, () => {
    const kept = ofMany(mostFailedHosts, 300).stopped;
    expect(kept && failedHostLines(kept)).toHaveLength(mostFailedHosts);
  });

  test('of an older version, which kept no count, say that there may be more', () => {
    const older = { ...failure, failed: failed(mostFailedHosts), hosts: 300 };
    expect(failedHostLines(older).at(-1)).toBe('There may be more: show prints every host.');
  });

  test('say that no single host failed if none did', () => {
    expect(failedHostLines({ ...input().stopped, failed: [] })).toEqual([
      'No host of 3 reported that it failed: the reason is in the question.',
    ]);
  });
});

describe('hosts can be left out of a hand-over', () => {
  test.each([
    ['unless all 30 failed', 30, 30, false],
    ['if one of 30 did not fail', 29, 30, true],
    ['unless the only host failed', 1, 1, false],
  ])('%s', (_, count, hosts, expected) => {
    expect(answersOf(ofMany(count, hosts)).includes('without-hosts')).toBe(expected);
  });
});

describe('a hand-over is asked again with five minutes, once a CRITICAL rollback waits,', () => {
  const question = newHandOver(input(), times);
  test.each([
    ['if more than five minutes are left', '2026-01-05T12:54:59.999Z', true],
    ['but not in its last five minutes', '2026-01-05T12:55:00.000Z', false],
  ])('%s', (_, now, expected) => {
    expect(isCutShort(question, Date.parse(now))).toBe(expected);
  });

  test('but no other question is', () => {
    expect(isCutShort({ ...question, kind: 'confirm' }, Date.parse(asked_at))).toBe(false);
  });
});

describe('the hosts that an answer leaves out', () => {
  const hosts = [1, 2, 3].map((number) => ({ name: `host-${number}`, instance_id: `i-${number}` }));

  test('are found by name or instance id', () => {
    expect(hostsLeftOut(['host-1', 'i-3'], hosts)).toEqual([hosts[0], hosts[2]]);
  });

  test('must be hosts of the rollback', () => {
    expect(hostsLeftOut(['host-1', 'host-9'], hosts)).toBe(
      'The rollback does not act on host-9. Its hosts: host-1, host-2, host-3',
    );
  });

  test('cannot be all of them', () => {
    expect(hostsLeftOut(['host-1', 'i-1', 'host-2', 'host-3'], hosts)).toBe(
      'Without host-1, i-1, host-2, host-3 the rollback has no host left; use abort. Its hosts: host-1, host-2, host-3',
    );
  });
});

test('what was skipped and left out is said with the person and the reason', () => {
  expect(
    leftOutSentences(
      [{ step: 'clear-cache', by: 'ana', reason: 'empty anyway' }],
      [{ name: 'host-3', by: null, reason: null }],
    ),
  ).toEqual([
    'Skipped on every host: clear-cache (by ana: empty anyway).',
    'Left out, so not rolled back: host-3 (by somebody: no reason).',
  ]);
});
