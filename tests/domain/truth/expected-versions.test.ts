import { expect, test } from 'vitest';
import { expectedVersions, type PhaseOnRecord } from '../../../domain/truth/expected-versions.ts';

const now = Date.parse('2026-03-02T12:00:00Z');
const at = (time: string) => `2026-03-02T${time}:00.000Z`;
const of = (phase: number, more: Partial<PhaseOnRecord> = {}): PhaseOnRecord => ({
  phase,
  recent: [],
  preparations: [],
  ...more,
});
const expected = (...phases: readonly PhaseOnRecord[]) =>
  expectedVersions(phases, { now, window: 4 * 3600 }).map(
    ({ phase, version, announced }) => `${version} of ${phase}${announced ? ', announced' : ''}`,
  );

test('every host must have the newest deployment of each phase', () => {
  const one = of(1, {
    recent: [
      { version: 'v2', at: at('11:00') },
      { version: 'v1', at: at('09:00') },
    ],
  });
  expect(expected(one, of(2), of(3, { recent: [{ version: 'w1', at: at('10:00') }] }))).toEqual(['v2 of 1', 'w1 of 3']);
});

test('a deployment that was rolled back is expected no more, and neither are earlier ones, of which a rollback may have taken the code', () => {
  const undone = { version: 'v2', at: at('10:00'), rolled_back: { rollback: 'r', at: at('10:30') } };
  expect(expected(of(1, { recent: [undone] }), of(2, { recent: [{ version: 'w1', at: at('09:00') }] }))).toEqual([]);
  expect(expected(of(1, { recent: [undone] }), of(2, { recent: [{ version: 'w2', at: at('11:00') }] }))).toEqual([
    'w2 of 2',
  ]);
});

test('the commit that was prepared as the version before is known, unless a rollback of the phase restores no code', () => {
  const prepared = { state: 'prepared', tag: 't', commit: 'c' } as const;
  const one = of(1, { recent: [{ version: 'v2', at: at('11:00'), prepared }] });
  const before = (...phases: readonly PhaseOnRecord[]) =>
    expectedVersions(phases, { now, window: 4 * 3600 }).map((found) => found.before);
  expect(before(one, { ...one, phase: 4, codeless: true }).toSorted()).toEqual(['c', undefined]);
});

test('a preparation announces a deployment, until that is on record or the watch window is over', () => {
  const recent = [{ version: 'v1', at: at('09:00') }];
  const prepared = (version: string, time: string) => ({ version, begun_at: at(time) });
  expect(expected(of(1, { recent, preparations: [prepared('v2', '11:50')] }))).toEqual([
    'v2 of 1, announced',
    'v1 of 1',
  ]);
  expect(expected(of(1, { recent, preparations: [prepared('v1', '08:50')] }))).toEqual(['v1 of 1']);
  expect(expected(of(1, { preparations: [prepared('v2', '07:59')] }))).toEqual([]);
});

test('a preparation announces nothing once its deployment was recorded and that record withdrawn, until it is prepared again', () => {
  const withdrawnAt = (time: string) =>
    of(1, {
      recent: [{ version: 'v1', at: at('09:00') }],
      preparations: [{ version: 'v2', begun_at: at('11:50') }],
      withdrawn: [{ version: 'v2', at: at(time) }],
    });
  expect(expected(withdrawnAt('11:55'))).toEqual(['v1 of 1']);
  expect(expected(withdrawnAt('11:45'))).toEqual(['v2 of 1, announced', 'v1 of 1']);
});

test('a version of the canary group is expected there, and the newest one of every host elsewhere', () => {
  const recent = [
    { version: 'v3', at: at('11:00'), hosts: ['host-1'] },
    { version: 'v2', at: at('10:00'), hosts: ['host-1'] },
    { version: 'v1', at: at('09:00') },
  ];
  const found = expectedVersions([of(1, { recent })], { now, window: 4 * 3600 });
  expect(found.map(({ version, only, except }) => ({ version, only, except }))).toEqual([
    { version: 'v3', only: ['host-1'], except: undefined },
    { version: 'v1', only: undefined, except: ['host-1'] },
  ]);
});
