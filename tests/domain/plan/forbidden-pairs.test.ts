import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  declaredStarts,
  type ForbiddenPair,
  type PairStart,
  type PairStep,
  pathTo,
  reachable,
  reachableSentence,
} from '../../../domain/plan/forbidden-pairs.ts';

const flip: PairStep = { name: 'Flip', restores: false, flags: { routing: 'new' } };
const restore: PairStep = { name: 'Restore', restores: true };
const look: PairStep = { name: 'Look', restores: false };
const start: PairStart = { before: ['before', 'v1.4.0'], target: ['target', 'v1.3.0'], flag: 'old' };
const pair = (version: string, value: string): ForbiddenPair => ({
  version,
  flag: 'routing',
  value,
  reason: 'it trades',
});

describe('a restore of another phase over the same paths', () => {
  const other: PairStep = { name: 'Restore phase 1', restores: 'other' };
  const known = { ...start, other: ['v1.0.0'] };

  test("brings its version to a host, after the phase's own or without it", () => {
    expect(pathTo(pair('v1.0.0', 'old'), [restore, other], known)).toEqual([
      'Restore does not happen on the host',
      'Restore phase 1 happens half',
    ]);
    expect(pathTo(pair('v1.0.0', 'old'), [restore, other], start)).toBeUndefined();
  });

  test('leaves the versions of a half-restored host there', () => {
    expect(pathTo(pair('v1.4.0', 'new'), [other, flip], known)).toBeDefined();
    expect(pathTo(pair('v1.3.0', 'new'), [other, flip], known)).toBeUndefined();
  });
});

describe('a forbidden pair', () => {
  test('of the target and the old value is reached if the flip is late on one host', () => {
    expect(pathTo(pair('target', 'old'), [flip, restore], start)).toEqual([
      "the flag's value new of Flip does not arrive",
      'Restore happens half',
    ]);
  });

  test('of the version before and the new value is reached before the code is restored', () => {
    expect(pathTo(pair('before', 'new'), [flip, restore], start)).toEqual(["the flag's value new of Flip arrives"]);
  });

  test('of the target and the new value is reached once both happened', () => {
    expect(pathTo(pair('target', 'new'), [restore, look, flip], start)).toEqual([
      'Restore happens half',
      "the flag's value new of Flip arrives",
    ]);
  });

  test.each([
    ['of a flag that no step sets to the value', pair('before', 'other'), [flip, restore]],
    ['of the target, if no step restores code', pair('target', 'old'), [flip]],
    ['of another version', pair('v1.2.0', 'new'), [flip, restore]],
    ['that is there already and stays as it is', pair('before', 'old'), [look]],
    ['that is there already, although the rollback flips it away', pair('before', 'old'), [flip, restore].slice(0, 1)],
  ])('%s is not reached', (_, one, steps) => {
    expect(pathTo(one, steps, start)).toBeUndefined();
  });

  test('is named by a tag, too', () => {
    expect(pathTo(pair('v1.4.0', 'new'), [flip], start)).toBeDefined();
    expect(pathTo(pair('v1.3.0', 'old'), [restore], start)).toBeDefined();
  });

  test('is explained with its reason and the path to it', () => {
    expect(reachable([pair('target', 'old')], [flip, restore], () => [start]).map(reachableSentence)).toEqual([
      "A host could run the target version with routing old, which is forbidden (it trades): routing is old, then the flag's value new of Flip does not arrive, then Restore happens half.",
    ]);
  });

  test('by files alone begins at the first value and at each that any runbook sets', () => {
    const starts = declaredStarts('v1.3.0', { routing: 'old' }, [{ steps: [flip] }]);
    expect(starts(pair('v1.4.0', 'new'))).toEqual([
      { before: ['before', 'v1.4.0'], target: ['target', 'v1.3.0'], flag: 'old' },
      { before: ['before', 'v1.4.0'], target: ['target', 'v1.3.0'], flag: 'new' },
    ]);
    expect(starts(pair('v1.3.0', 'new'))[0]?.before).toEqual(['before']);
  });
});

/**
 * Walks every history of a host: each step happens, happens half or not at all, and each issued flip arrives after any later step or
 * never. Returns every pair of version and value that the host had, without those that it had at the beginning.
 */
function everyPair(steps: readonly PairStep[], first: string): Set<string> {
  const found = new Set<string>();
  type Host = { readonly code: readonly string[]; readonly value: string; readonly newest: number };
  const walk = (i: number, host: Host, issued: readonly string[]): void => {
    const isStart = host.code.join() === 'before' && host.value === first;
    if (!isStart) for (const version of host.code) found.add(`${version} ${host.value}`);
    for (const [n, value] of issued.entries()) if (n > host.newest) walk(i, { ...host, value, newest: n }, issued);
    const step = steps[i];
    if (!step) return;
    const value = step.flags?.['routing'];
    const after = value === undefined ? issued : [...issued, String(value)];
    const outcomes =
      step.restores && host.code.includes('before') ? [host.code, ['before', 'target'], ['target']] : [host.code];
    for (const code of outcomes) walk(i + 1, { ...host, code }, after);
  };
  walk(0, { code: ['before'], value: first, newest: -1 }, []);
  return found;
}

const values = ['a', 'b', 'c'] as const;
const anyStep = fc.record({
  name: fc.constantFrom('One', 'Two', 'Three'),
  restores: fc.boolean(),
  flags: fc.option(fc.record({ routing: fc.constantFrom(...values) }), { nil: undefined }),
});

test('every pair that a brute-force walk of a host finds has a path, and no other pair has one', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 5 }), fc.constantFrom(...values), (steps, first) => {
      const expected = everyPair(steps, first);
      const found = ['before', 'target'].flatMap((version) =>
        values
          .filter((value) =>
            pathTo(pair(version, value), steps, { before: ['before'], target: ['target'], flag: first }),
          )
          .map((value) => `${version} ${value}`),
      );
      expect(new Set(found)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});
