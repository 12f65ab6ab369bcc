import { expect, test } from 'vitest';
import { withinFleet } from '../../incidents/within-fleet.ts';

const fleet = { hosts: 2, hybrid: 1 };

test('an action on a host that the fleet lacks is one on a host that it has', () => {
  expect(withinFleet({ host: { name: 'host-3', state: 'stopped' } }, fleet)).toEqual({
    host: { name: 'host-1', state: 'stopped' },
  });
  expect(withinFleet({ fault: { phase: 1, trigger: 'data_corruption', host: 'host-4' } }, fleet)).toEqual({
    fault: { phase: 1, trigger: 'data_corruption', host: 'host-2' },
  });
  expect(withinFleet({ script: { step: 'clear-state', host: 'host-4', hangs: true } }, fleet)).toMatchObject({
    script: { host: 'host-2' },
  });
  expect(withinFleet({ code: { version: 'v1.4.0', host: 'host-3' } }, fleet)).toMatchObject({
    code: { host: 'host-1' },
  });
});

test.each([
  ['terminated', 'deregistered'],
  ['stopped', 'unreachable'],
  ['booted', 'reachable'],
  ['untagged', 'untagged'],
])('a hybrid node that is drawn as %s is %s, because EC2 does not know it', (drawn, state) => {
  expect(withinFleet({ host: { name: 'host-2', state: drawn } }, fleet)).toEqual({ host: { name: 'host-2', state } });
});

test('a start with several hosts names each host once, and keeps the rest of its input', () => {
  const input = { only_hosts: ['host-1', 'host-3', 'host-9'], severity: 'HIGH' };
  expect(withinFleet({ start: { phase: 1, name: 'drill-1', input } }, fleet)).toEqual({
    start: { phase: 1, name: 'drill-1', input: { only_hosts: ['host-1', 'host-9'], severity: 'HIGH' } },
  });
});
