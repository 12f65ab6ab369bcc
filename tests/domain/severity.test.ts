import { expect, test } from 'vitest';
import { limitMinutes, severities } from '../../domain/severity.ts';

test('lists the severities, worst first', () => {
  expect(severities).toEqual(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
});

test.each([
  ['CRITICAL', 15],
  ['HIGH', 60],
  ['MEDIUM', 240],
  ['LOW', 240],
] as const)('limits a %s rollback to %i minutes', (severity, minutes) => {
  expect(limitMinutes[severity]).toBe(minutes);
});
