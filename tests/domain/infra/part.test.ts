import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../../config/infra.ts';
import { judgedPaths, partOf } from '../../../domain/infra/part.ts';
import { stepId } from '../../../domain/infra/runbook-steps.ts';

test('the ids of the steps of all parts differ, and fit the parameter Step of the documents', () => {
  const ids = readRunbooks().flatMap((one) => partOf(one).steps.map(({ name }) => stepId(name)));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('phase-4-clear-state');
  for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,80}$/);
});

describe('the paths of a part that are judged at the end', () => {
  const target = {
    paths: ['engine', 'integration.py'],
    copies: [
      { from: 'a', to: 'engine/b' },
      { from: 'c', to: 'd' },
    ],
  };

  test('are all of them, if no later part restores one', () => {
    expect(judgedPaths(target, [['other']])).toEqual(target);
  });

  test.each([
    ['the path itself', ['engine'], ['integration.py']],
    ['something in it', ['engine/core'], ['integration.py']],
    ['a folder that only begins with the same letters', ['eng'], ['engine', 'integration.py']],
    ['the whole tree', ['.'], []],
  ])('are not those of which a later part restores %s', (_, later, left) => {
    expect(judgedPaths(target, [later]).paths).toEqual(left);
  });

  test('a copy is left out with the path to which it is copied', () => {
    expect(judgedPaths(target, [['engine']]).copies).toEqual([{ from: 'c', to: 'd' }]);
  });
});
