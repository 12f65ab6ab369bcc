import { describe, expect, test } from 'vitest';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';
import { type FleetObservation, type OpenRollback, recoveryVerdict } from '../../../domain/host/recovery.ts';

const host = (name: string, report: Record<string, unknown>): HostVerdict => ({
  host: { instance_id: `i-${name}`, name },
  verdict: 'done',
  reason: null,
  report,
  command_id: 'c-1',
});
const ill = (...failed: string[]) => [host('host-1', { healthy: false, failed }), host('host-2', { healthy: true })];
const other: OpenRollback = { rollback: 'r-4', phase: 4, wider: false };
const wider: OpenRollback = { rollback: 'r-9', phase: 1, wider: true };
const look = (changes: Partial<FleetObservation>) =>
  recoveryVerdict({
    version: { verdict: 'PASS', problem: null, at_target: 2 },
    health: [host('host-1', { healthy: true }), host('host-2', { healthy: true })],
    red: [],
    metric: { state: 'at baseline', says: 'Errors is 0.' },
    passed_by: [],
    own_checks: ['data_ingestion'],
    ...changes,
  });

describe('ill health', () => {
  test('is left to another open rollback, which the verdict names', () => {
    expect(look({ health: ill('errors', 'trading'), others: [other] })).toEqual({
      verdict: 'PASS',
      problem: 'Not healthy: host-1 (errors, trading), 1 of 2 hosts, which is left to rollback r-4 of phase 4.',
      settled: false,
      unverified_problem: null,
    });
  });

  test.each<[string, Partial<FleetObservation>]>([
    ['no other rollback is open', { health: ill('errors') }],
    ['a failed check concerns this phase alone', { health: ill('errors', 'data_ingestion'), others: [other] }],
    ['the report names no failed check', { health: ill(), others: [other] }],
    ['only a rollback of the same phase is open', { health: ill('errors'), others: [wider] }],
  ])('is FAIL if %s', (_, changes) => {
    expect(look(changes)).toMatchObject({ verdict: 'FAIL', problem: expect.stringContaining('Not healthy: host-1') });
  });

  test('is left together with the hosts that could not be reached', () => {
    const version = { verdict: 'UNVERIFIED', problem: 'Not online: host-3.', at_target: 2 } as const;
    expect(look({ version, health: ill('errors'), others: [other] })).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: expect.stringMatching(
        /^Not online: host-3\. Not healthy: .* which is left to rollback r-4 of phase 4\.$/,
      ),
    });
  });
});

describe("the phase's own alarms and metric", () => {
  test.each<[string, Partial<FleetObservation>]>([
    ['a red alarm', { red: ['a'] }],
    ['a metric off its baseline', { metric: { state: 'off', says: 'Errors is 3, not 0.' } }],
  ])('fail the rollback although another phase is open: %s', (_, changes) => {
    expect(look({ ...changes, others: [other] }).verdict).toBe('FAIL');
  });

  test('are left to a rollback of the same phase that acts on the hosts that this one leaves out', () => {
    expect(look({ red: ['a'], metric: { state: 'off', says: 'x' }, others: [wider] })).toMatchObject({
      verdict: 'PASS',
      problem: 'Still red: a, which is left to rollback r-9 of phase 1.',
    });
  });
});

describe('the red alarms of phases that the incident rolled back before', () => {
  test('fail the last rollback: nobody else would judge them', () => {
    expect(look({ red_elsewhere: ['b'] })).toMatchObject({ verdict: 'FAIL', problem: 'Still red: b.', settled: false });
  });

  test('are left to another open rollback', () => {
    expect(look({ red_elsewhere: ['b'], others: [other] })).toMatchObject({ verdict: 'PASS', problem: null });
  });
});
