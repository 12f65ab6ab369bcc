import { describe, expect, test } from 'vitest';
import { readExpression } from '../../src/cloudwatch/expression.ts';

const values: Record<string, number> = { m1: 3, m2: 4, zero: 0 };
const value = (text: string) => readExpression(text).value((id) => values[id]);

describe('metric math', () => {
  test.each([
    ['m1', 3],
    ['m1 / m2 * 100', 75],
    ['m1 + m2 * 2', 11],
    ['(m1 + m2) * 2', 14],
    ['10 - m1 - m2', 3],
    ['-m1 + 2.5', -0.5],
    ['m1 / zero', undefined],
    ['m1 + nobody', undefined],
  ])('%s is %s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test.each([
    ['FILL(m1, 0)', 'FILL'],
    ['m1 > 2', '>'],
    ['(m1', 'the end'],
    ['m1 m2', 'm2'],
    ['m1 +', 'the end'],
  ])('%s is refused because of %s', (text, found) => {
    expect(() => readExpression(text)).toThrow(`is not supported: found ${found},`);
  });
});
