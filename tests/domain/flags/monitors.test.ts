import { describe, expect, test } from 'vitest';
import { longestEnvironmentName } from '../../../config/environment-name.ts';
import { readTriggers } from '../../../config/infra.ts';
import { monitoredPhases, monitorName, monitorRule } from '../../../domain/flags/monitors.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('the phases of a monitor', () => {
  test.each([
    [1, [[1]]],
    [4, [[1], [2], [3], [4]]],
    [5, [[1], [2], [3], [4], [5]]],
    [
      6,
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    [20, [numbers(4), [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20]]],
  ])('of %i phases, at most five', (count, expected) => {
    expect(monitoredPhases(numbers(count))).toEqual(expected);
  });
});

test('the rule has every alarm of the phase, and nothing that is red without data', () => {
  const rule = monitorRule('local', [1], readTriggers());
  expect(rule.split(' OR ')).toContain('ALARM("rollback-local-phase-1-performance_degradation-latency-crisis")');
  expect(rule.split(' OR ')).toHaveLength(
    Object.values(readTriggers().triggers).flatMap(({ alarms }) => alarms).length,
  );
  expect(rule).not.toContain('INSUFFICIENT_DATA');
});

test('with twenty phases each monitor fits CloudWatch: 100 alarms, 10,240 characters, a name of 255', () => {
  for (const group of monitoredPhases(numbers(20))) {
    const rule = monitorRule(longestEnvironmentName, group, readTriggers());
    expect(rule.split(' OR ').length).toBeLessThanOrEqual(100);
    expect(rule.length).toBeLessThanOrEqual(10_240);
    expect(monitorName(longestEnvironmentName, group).length).toBeLessThanOrEqual(255);
  }
});
