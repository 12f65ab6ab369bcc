import { describe, expect, test } from 'vitest';
import { fleetLook, hostLook, parseLookRequest } from '../../../domain/host/host-check.ts';

describe('a look is asked for', () => {
  test('by check alone, or with a phase; the comprehensive health check unless quick is said', () => {
    expect(parseLookRequest({ check: 'health' })).toEqual({ check: 'health', phase: null, quick: false });
    expect(parseLookRequest({ check: 'verify', phase: 2 })).toEqual({ check: 'verify', phase: 2, quick: false });
    expect(parseLookRequest({ check: 'health', quick: true }).quick).toBe(true);
  });

  test.each([
    ['another check', { check: 'repair' }],
    ['an unknown key', { check: 'health', mode: 'live' }],
    ['nothing', null],
    ['verify without a phase', { check: 'verify' }],
  ])('and refused for %s', (_, input) => {
    expect(() => parseLookRequest(input)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
  });
});

test.each([
  ['health', { verdict: 'done', report: { healthy: true } }, 'PASS'],
  ['health', { verdict: 'done', report: { healthy: false } }, 'FAIL'],
  ['health', { verdict: 'done', report: {} }, 'INCONCLUSIVE'],
  ['health', { verdict: 'failed', report: { healthy: true } }, 'INCONCLUSIVE'],
  ['health', { verdict: 'unknown', report: null }, 'INCONCLUSIVE'],
  ['verify', { verdict: 'done', report: { passed: true } }, 'PASS'],
  ['verify', { verdict: 'done', report: { passed: false } }, 'FAIL'],
] as const)('%s: %j is %s', (check, said, verdict) => {
  expect(hostLook(check, said)).toBe(verdict);
});

test('the fleet is as its worst host, and no host is no good news', () => {
  expect(fleetLook(['PASS', 'PASS'])).toBe('PASS');
  expect(fleetLook(['PASS', 'INCONCLUSIVE'])).toBe('INCONCLUSIVE');
  expect(fleetLook(['INCONCLUSIVE', 'FAIL'])).toBe('FAIL');
  expect(fleetLook([])).toBe('INCONCLUSIVE');
});
