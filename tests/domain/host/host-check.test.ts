import { describe, expect, test } from 'vitest';
import { fleetCheckVerdict, hostCheckVerdict, parseHostCheckRequest } from '../../../domain/host/host-check.ts';

describe('the input of a host check', () => {
  test('needs only the check, and may have a phase and quick', () => {
    expect(parseHostCheckRequest({ check: 'health' })).toEqual({ check: 'health', phase: null, quick: false });
    expect(parseHostCheckRequest({ check: 'verify', phase: 2 })).toEqual({ check: 'verify', phase: 2, quick: false });
    expect(parseHostCheckRequest({ check: 'health', quick: true }).quick).toBe(true);
  });

  test.each([
    ['another check', { check: 'repair' }],
    ['an unknown key', { check: 'health', mode: 'live' }],
    ['nothing', null],
    ['verify without a phase', { check: 'verify' }],
  ])('is refused: %s', (_, input) => {
    expect(() => parseHostCheckRequest(input)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
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
  expect(hostCheckVerdict(check, said)).toBe(verdict);
});

test('the fleet has the verdict of its worst host; a fleet without hosts is INCONCLUSIVE', () => {
  expect(fleetCheckVerdict(['PASS', 'PASS'])).toBe('PASS');
  expect(fleetCheckVerdict(['PASS', 'INCONCLUSIVE'])).toBe('INCONCLUSIVE');
  expect(fleetCheckVerdict(['INCONCLUSIVE', 'FAIL'])).toBe('FAIL');
  expect(fleetCheckVerdict([])).toBe('INCONCLUSIVE');
});
