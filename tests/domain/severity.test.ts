import { expect, test } from 'vitest';
import { limitMinutes, severities } from '../../domain/severity.ts';

test('the severities, worst first', () => {
  expect(severities).toEqual(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
});

test.each([
  ['CRITICAL', 15],
  ['HIGH', 60],
  ['MEDIUM', 240],
  ['LOW', 240],
] as const)('a %s rollback is over in %i minutes', (severity, minutes) => {
  expect(limitMinutes[severity]).toBe(minutes);
});
