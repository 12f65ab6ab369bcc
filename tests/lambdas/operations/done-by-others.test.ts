import { describe, expect, test } from 'vitest';
import { doneByOthers, doneOnline, doneWhileAsking, isDone } from '../../../lambdas/operations/done-by-others.ts';

const host = (name: string) => ({ instance_id: `i-${name}`, name });
const [one, two, away] = [host('1'), host('2'), host('3')];
const by = (name: string) => ({ ...host(name), by: 'r-9' });
const part = { deployment: null, window_start: '' };

describe('a phase of a rollback of several', () => {
  test.each([
    ['is done if another rollback did it', { done_by: 'r-9' }, true],
    ['is done if others did it on every host', { spared: [by('1'), by('2')] }, true],
    ['is not done if one host is left', { spared: [by('1')] }, false],
    ['is not done if nobody did anything', {}, false],
  ])('%s', (_, done, is) => {
    expect(isDone({ hosts: [one, two] }, { ...part, phase: 4, ...done })).toBe(is);
  });

  test('is not done by nobody, where no host is left at all', () => {
    expect(isDone({ hosts: [] }, { ...part, phase: 4 })).toBe(false);
  });
});

describe('a rollback of several phases', () => {
  const of = { phase: 3, phases: [4, 3] };
  const parts = [
    { ...part, phase: 4, done_by: 'r-8' },
    { ...part, phase: 3, spared: [by('1'), by('2')] },
  ];

  test('has nothing left if each phase was done on every host', () => {
    expect(doneByOthers(of, { hosts: [one, two], not_online: [], parts })).toBe(
      'While it waited, phases 4 and 3 were rolled back by r-8, r-9',
    );
  });

  test('can act on none if only hosts that are away are left', () => {
    const scope = { hosts: [one, two], not_online: [away], parts };
    expect([doneByOthers(of, scope), doneOnline(of, scope)?.away]).toEqual([null, [away]]);
  });

  test('leaves hosts that are away to the rollbacks that did all of a phase', () => {
    const scope = { hosts: [one], not_online: [away], parts: [{ ...part, phase: 4, done_by: 'r-8' }] };
    expect(doneByOthers({ phase: 4, phases: [4] }, scope)).toBe('While it waited, phase 4 was rolled back by r-8');
  });

  test('acts on what is left of one phase', () => {
    const left = [parts[0], { ...part, phase: 3, spared: [by('1')] }].flatMap((one) => one ?? []);
    expect(doneOnline(of, { hosts: [one, two], not_online: [away], parts: left })).toBeNull();
  });
});

describe('a rollback that asks about the ill host 1 of two', () => {
  const asking = { phase: 1 };
  const scope = { hosts: [two], not_online: [], done_before: [by('1')] };
  test('has nothing left to ask about once another rollback did that host', () => {
    expect(doneWhileAsking(asking, scope, [one])).toBe('While it waited, the only ill host, 1, was rolled back by r-9');
  });

  test('has nothing left to ask about once a rollback of an earlier phase took its code back on that host', () => {
    const undone = { hosts: [one, two], not_online: [], undone_on: [by('1')] };
    expect(doneWhileAsking(asking, undone, [one])).toBe(
      'While it waited, the only ill host, 1, was rolled back by r-9',
    );
    expect(doneWhileAsking(asking, undone, [one, two])).toBeNull();
  });

  test.each([
    ['another host was done', [two]],
    ['only one of two ill hosts was done', [one, two]],
    ['it asks about all hosts', []],
  ])('still asks if %s', (_, ill) => {
    expect(doneWhileAsking(asking, scope, ill)).toBeNull();
  });
});
