import { describe, expect, test } from 'vitest';
import { type OwedElsewhere, withOwedElsewhere } from '../../../domain/host/owed-elsewhere.ts';

const pass = { verdict: 'PASS', problem: null } as const;
const leftOut = (name: string, ...phases: number[]): OwedElsewhere[] =>
  phases.map((phase) => ({ name, phase, left_out: true }));

describe('a recovery that passed', () => {
  test('stays as it is if no host is owed another phase', () => {
    expect(withOwedElsewhere(pass, [], [])).toEqual({ ...pass, owed: [] });
  });

  test('is unverified if a person left a host out of the rollback of another phase', () => {
    expect(withOwedElsewhere(pass, leftOut('host-2', 3, 4), [])).toEqual({
      verdict: 'UNVERIFIED',
      problem: 'Still to be rolled back in phases 4 and 3, because a person left it out there: host-2.',
      owed: [{ phases: [4, 3], hosts: ['host-2'] }],
    });
  });

  test('names hosts together that are owed the same phases', () => {
    const owed = [...leftOut('host-3', 4), ...leftOut('host-1', 4, 3), ...leftOut('host-2', 4)];
    expect(withOwedElsewhere(pass, owed, []).owed).toEqual([
      { phases: [4], hosts: ['host-2', 'host-3'] },
      { phases: [4, 3], hosts: ['host-1'] },
    ]);
  });

  test.each([
    ['which follows by itself', [{ name: 'host-2', phase: 4 }], []],
    ['which is left to rollback r-4', leftOut('host-2', 4), [{ rollback: 'r-4', phase: 4 }]],
    ['which is left to rollback r-3', leftOut('host-2', 4), [{ rollback: 'r-3', phase: 3, phases: [4, 3] }]],
  ])('says "%s", and is no matter for a person', (how, owed, open) => {
    expect(withOwedElsewhere(pass, owed, open)).toEqual({
      verdict: 'PASS',
      problem: `Still to be rolled back in phase 4, ${how}: host-2.`,
      owed: [],
    });
  });
});

test.each(['FAIL', 'INCONCLUSIVE', 'UNVERIFIED'] as const)(
  'a recovery that is %s stays so, and its problem names the host too',
  (verdict) => {
    const { problem, ...judged } = withOwedElsewhere({ verdict, problem: 'It is ill.' }, leftOut('host-2', 4), []);
    expect(judged.verdict).toBe(verdict);
    expect(problem).toBe('It is ill. Still to be rolled back in phase 4, because a person left it out there: host-2.');
  },
);
