import { describe, expect, test } from 'vitest';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';
import {
  type FleetObservation,
  problemAtTimeout,
  recoveryVerdict,
  verdictAtTimeout,
} from '../../../domain/host/recovery.ts';

const answer = (name: string, report: Record<string, unknown> | null, reason: string | null = null): HostVerdict => ({
  host: { instance_id: `i-${name}`, name },
  verdict: report ? 'done' : 'failed',
  reason,
  report,
  command_id: 'c-1',
});
const well: FleetObservation = {
  version: { verdict: 'PASS', problem: null, at_target: 2 },
  health: [answer('host-1', { healthy: true }), answer('host-2', { healthy: true })],
  red: [],
  metric: { state: 'at baseline', says: 'Errors is 0.' },
  passed_by: [],
};
const look = (changes: Partial<FleetObservation>) => recoveryVerdict({ ...well, ...changes });

test('PASS needs versions, health, alarms and the metric', () => {
  expect(recoveryVerdict(well)).toEqual({ verdict: 'PASS', problem: null, settled: false, unverified_problem: null });
});

test('PASS without an alarm and a health check needs versions and alarms only', () => {
  expect(look({ health: null, metric: null })).toMatchObject({ verdict: 'PASS' });
});

test('the problem at the timeout has the number and the duration of the checks', () => {
  expect(problemAtTimeout('Still red: a.', { looks: 7, seconds: 126, in_a_row: 3 })).toBe(
    'Still red: a. This is the result of the last of 7 checks in 2.1 minutes; recovery needs 3 good checks in a row.',
  );
  expect(problemAtTimeout('Not at v1: host-2.', { looks: 1, seconds: 0, in_a_row: 3 })).toBe('Not at v1: host-2.');
});

describe('a host that returned and is ill', () => {
  const ill = (name: string) => answer(name, { healthy: false, failed: ['integration'] });
  const returned = (changes: Partial<FleetObservation> = {}) =>
    look({ health: [ill('host-1'), answer('host-2', { healthy: true })], follows, ...changes });
  const follows = [{ name: 'host-1', phase: 3 }];

  test('is left to the rollback of another phase that follows there by itself', () => {
    expect(returned()).toMatchObject({
      verdict: 'PASS',
      problem:
        'Not healthy: host-1 (integration), 1 of 2 hosts, which is left to the rollback of phase 3 there, which follows by itself.',
    });
  });

  test.each<[string, Partial<FleetObservation>]>([
    ['none follows there', { follows: [{ name: 'host-2', phase: 3 }] }],
    ['a host where none follows is ill too', { health: [ill('host-1'), ill('host-2')] }],
    ['the check concerns this phase alone', { own_checks: ['integration'] }],
    ['its report names no check', { health: [answer('host-1', { healthy: false })] }],
  ])('fails the recovery if %s', (_, changes) => {
    expect(returned(changes)).toMatchObject({ verdict: 'FAIL' });
  });
});

describe('FAIL', () => {
  test.each<[string, Partial<FleetObservation>, string]>([
    [
      'an unhealthy host, with its failed checks',
      {
        health: [answer('host-1', { healthy: true }), answer('host-2', { healthy: false, failed: ['feed', 'orders'] })],
      },
      'Not healthy: host-2 (feed, orders), 1 of 2 hosts.',
    ],
    ['a host whose report lacks its health', { health: [answer('host-1', {})] }, 'Not healthy: host-1, 1 of 1 hosts.'],
    ['an alarm that is still red', { red: ['a', 'b'] }, 'Still red: a, b.'],
    ['a metric off its baseline', { metric: { state: 'off', says: 'Errors is 3, not 0.' } }, 'Errors is 3, not 0.'],
    [
      'a known problem comes before a missing fact',
      { red: ['a'], health: [answer('host-1', null, 'no answer')], metric: { state: 'no data', says: 'x' } },
      'Still red: a.',
    ],
  ])('%s; another check may change it', (_, changes, problem) => {
    expect(look(changes)).toEqual({ verdict: 'FAIL', problem, settled: false, unverified_problem: null });
  });

  test('a host at another version; another check cannot change it', () => {
    const version = { verdict: 'FAIL', problem: 'Not at v1: host-2.', at_target: 1 } as const;
    expect(look({ version })).toMatchObject({ verdict: 'FAIL', problem: 'Not at v1: host-2.', settled: true });
  });
});

describe('INCONCLUSIVE, never PASS', () => {
  test.each<[string, Partial<FleetObservation>, string]>([
    [
      'a version that could not be read',
      { version: { verdict: 'INCONCLUSIVE', problem: 'Not read.', at_target: 1 } },
      'Not read.',
    ],
    [
      'health that could not be read',
      { health: [answer('host-1', { healthy: true }), answer('host-2', null, 'no answer in 150 s')] },
      'Health could not be read on 1 of 2 hosts: host-2 (no answer in 150 s).',
    ],
    [
      'a metric without data',
      { metric: { state: 'no data', says: 'Errors has no datapoints.' } },
      'Errors has no datapoints.',
    ],
  ])('%s', (_, changes, problem) => {
    expect(look(changes)).toMatchObject({ verdict: 'INCONCLUSIVE', problem, settled: false });
  });
});

describe('UNVERIFIED', () => {
  const version = { verdict: 'UNVERIFIED', problem: 'Not online: host-3.', at_target: 2 } as const;

  test('needs all that PASS needs, on the reached hosts', () => {
    expect(look({ version, passed_by: ['host-3'] })).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: 'Not online: host-3.',
      settled: false,
    });
  });

  test('is FAIL while the alarm is red, and another check may change it', () => {
    const red = { version, red: ['a'], passed_by: ['host-3'] };
    expect(look(red)).toMatchObject({ verdict: 'FAIL', problem: 'Still red: a.', settled: false });
  });

  test.each<[string, Partial<FleetObservation>, string]>([
    [
      'an alarm',
      { red: ['a'] },
      'Still red: a; host-3, which was not online and is not rolled back, may be the cause.',
    ],
    [
      'a metric',
      { metric: { state: 'off', says: 'Errors is 3, not 0.' }, passed_by: ['host-3', 'host-4'] },
      'Errors is 3, not 0; host-3, host-4, which were not online and are not rolled back, may be the cause.',
    ],
    [
      'an alarm, with hosts that were online and left',
      { red: ['a'], passed_by: [], lost: ['host-2', 'host-1'] },
      'Still red: a; host-2, host-1, which left the fleet, may be the cause. Left the fleet during the rollback, so not known to be rolled back: host-2, host-1.',
    ],
    [
      'an alarm, with a host that a person left out',
      { red: ['a'], passed_by: [], left_out: ['host-2'] },
      'Still red: a; host-2, which was left out by a person and is not rolled back, may be the cause.',
    ],
    [
      'an alarm, with peers that were left as they are because few hosts were ill',
      { red: ['a'], passed_by: [], left_alone: 7 },
      'Still red: a; 7 peers, which were well when the rollback began and were left as they are, may be the cause.',
    ],
    [
      'an alarm, with a host that was away and hosts that a person left out',
      { red: ['a'], left_out: ['host-1', 'host-2'] },
      'Still red: a; host-3, which was not online and is not rolled back, and host-1, host-2, which were left out by a person and are not rolled back, may be the cause.',
    ],
    [
      'an alarm, with hosts of both kinds',
      { red: ['a'], lost: ['host-2'] },
      'Still red: a; host-3, which was not online and is not rolled back, and host-2, which left the fleet, may be the cause. Left the fleet during the rollback, so not known to be rolled back: host-2.',
    ],
  ])(
    'is the verdict at the timeout if only %s is bad, because of hosts that were not reached',
    (_, changes, problem) => {
      expect(verdictAtTimeout(look({ version, passed_by: ['host-3'], ...changes }))).toEqual({
        verdict: 'UNVERIFIED',
        problem,
      });
    },
  );

  test.each<[string, Partial<FleetObservation>]>([
    ['every host was reached', { passed_by: [] }],
    ['a reached host is unhealthy', { health: [answer('host-1', { healthy: false })] }],
    ["a host's health is unknown", { health: [answer('host-1', null, 'no answer')] }],
    ['there is no health check', { health: null }],
    ['a host is not at the target', { version: { verdict: 'FAIL', problem: 'Not at v1.', at_target: 1 } }],
  ])('is not the verdict at the timeout if %s', (_, changes) => {
    expect(verdictAtTimeout(look({ version, red: ['a'], passed_by: ['host-3'], ...changes })).verdict).toBe('FAIL');
  });
});
