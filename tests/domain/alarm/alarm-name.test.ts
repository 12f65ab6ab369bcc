import { describe, expect, test } from 'vitest';
import { type AlarmIdentity, alarmName, alarmPrefix, parseAlarmName } from '../../../domain/alarm/alarm-name.ts';

describe.each<[string, AlarmIdentity]>([
  ['rollback-local-phase-1-data_corruption', { environment: 'local', phase: 1, trigger: 'data_corruption' }],
  [
    'rollback-production-phase-12-performance_degradation-latency-crisis',
    { environment: 'production', phase: 12, trigger: 'performance_degradation', variant: 'latency-crisis' },
  ],
])('%s', (name, identity) => {
  test('is built from its identity', () => expect(alarmName(identity)).toBe(name));
  test('is parsed to its identity', () => expect(parseAlarmName(name)).toEqual(identity));
});

test.each([
  'ServerCpuTooHigh',
  'rollback-local-dead-letters',
  'rollback-local-reconcile-silent',
  'rollback-local-phase-1-',
  'rollback-local-phase-1-bad_luck',
  'rollback-local-phase-1-data_corruptions',
  'rollback-local-phase-01-data_corruption',
  'rollback-local-phase-0-data_corruption',
  'rollback-local-phase-123-data_corruption',
  'my-rollback-local-phase-1-data_corruption',
])('%s is not an alarm name of this product', (name) => {
  expect(parseAlarmName(name)).toBeUndefined();
});

test('all names of a phase have its prefix, and names of other phases do not', () => {
  const name = alarmName({ environment: 'local', phase: 10, trigger: 'security_issue' });
  expect(name.startsWith(alarmPrefix('local', 10))).toBe(true);
  expect(name.startsWith(alarmPrefix('local', 1))).toBe(false);
});
