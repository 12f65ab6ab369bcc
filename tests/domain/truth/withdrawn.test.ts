import { describe, expect, test } from 'vitest';
import type { Reported, TruthReport } from '../../../domain/truth/compare-hosts.ts';
import type { PhaseOnRecord } from '../../../domain/truth/expected-versions.ts';
import { withdrawnOn, withdrawnVersions } from '../../../domain/truth/withdrawn.ts';

const at = (time: string) => `2026-03-02T${time}:00.000Z`;
const taken = { version: 'v2', at: at('10:00'), withdrawn: { operator: 'ana', at: at('10:05') } };
const before = { version: 'v1', at: at('09:00') };
const phase = (more: Partial<PhaseOnRecord> = {}): PhaseOnRecord => ({
  ...{ phase: 1, recent: [before], preparations: [], withdrawn: [taken] },
  ...more,
});
const versions = (...phases: readonly PhaseOnRecord[]) => withdrawnVersions(phases).map(({ version }) => version);

describe('a version should run on no host', () => {
  test('once its record was taken back', () => {
    const prepared = { state: 'prepared', tag: 't', commit: 'c' } as const;
    expect(withdrawnVersions([phase({ withdrawn: [{ ...taken, prepared }] })])).toEqual([
      { phase: 1, version: 'v2', at: at('10:05'), operator: 'ana', before: 'c' },
    ]);
  });

  test.each<[string, readonly PhaseOnRecord[]]>([
    ['it was recorded again', [phase({ recent: [{ version: 'v2', at: at('10:10') }, before] })]],
    [
      'a later version is on record, whose code may contain it',
      [phase({ recent: [{ version: 'v3', at: at('10:10') }] })],
    ],
    [
      'that one is of another phase',
      [phase(), phase({ phase: 2, recent: [{ version: 'w', at: at('10:10') }], withdrawn: [] })],
    ],
    [
      'it is on record in another phase',
      [phase(), phase({ phase: 2, recent: [{ ...before, version: 'v2' }], withdrawn: [] })],
    ],
    ['it was prepared again', [phase({ preparations: [{ version: 'v2', begun_at: at('10:10') }] })]],
    ['a rollback of the phase restores no code', [phase({ codeless: true })]],
  ])('unless %s', (_, phases) => {
    expect(versions(...phases)).toEqual([]);
  });
});

describe('a host is named that runs such a version', () => {
  const report = { commit: 'b', version: 'v2' } as TruthReport;
  const on = (more: Partial<TruthReport>, askedAt = at('10:06')) => {
    const reported: Reported[] = [{ host: { instance_id: 'i-1', name: 'host-1' }, report: { ...report, ...more } }];
    const versions = withdrawnVersions([
      phase({ withdrawn: [{ ...taken, prepared: { state: 'prepared', tag: 't', commit: 'a' } }] }),
    ]);
    return withdrawnOn(reported, versions, askedAt).map(({ name, what }) => `${name}: ${what}`);
  };

  test('with the person who withdrew the record, and what to do', () => {
    expect(on({})).toEqual([
      'host-1: it runs v2, whose record in phase 1 ana withdrew at 2026-03-02T10:05:00.000Z: record v2 again if it is there on purpose, else bring the host to the version on record',
    ]);
  });

  test.each<[string, Partial<TruthReport>, string]>([
    ['it was asked before that', {}, at('10:04')],
    ['it runs a version that only contains it', { version: 'v3' }, at('10:06')],
    ['it never left the commit that was prepared as the version before', { commit: 'a' }, at('10:06')],
  ])('not if %s', (_, more, askedAt) => {
    expect(on(more, askedAt)).toEqual([]);
  });
});
