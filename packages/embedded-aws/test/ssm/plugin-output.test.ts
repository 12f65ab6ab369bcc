import { describe, expect, test } from 'vitest';
import { pluginOutput } from '../../src/ssm/plugin-output.ts';

const TITLE = '\n----------ERROR-------\n';
const OUTPUT_CUT = '\n---Output truncated---';
const ERROR_CUT = '\n---Error truncated----';
const o = (count: number) => 'o'.repeat(count);
const e = (count: number) => 'e'.repeat(count);

// Of 2400 bytes the title takes 24, and each mark 23. With a stderr 2376 bytes remain; half of them is 1188.
describe('the output of a step', () => {
  test.each([
    ['is stdout alone if stderr is empty', o(5), '', o(5)],
    ['is both with a title between them if they fit', o(5), e(5), o(5) + TITLE + e(5)],
    ['has the title if stdout is empty', '', e(5), TITLE + e(5)],
    ['fits with one byte to spare', o(2399), '', o(2399)],
    ['is truncated if it would fit exactly', o(2400), '', o(2377) + OUTPUT_CUT],
    ['fits both with one byte to spare', o(2000), e(375), o(2000) + TITLE + e(375)],
    ['truncates a long stdout beside a short stderr', o(3000), e(100), o(2253) + OUTPUT_CUT + TITLE + e(100)],
    ['truncates a long stderr beside a short stdout', o(100), e(3000), o(100) + TITLE + e(2253) + ERROR_CUT],
    ['truncates both to half if both are long', o(3000), e(3000), o(1165) + OUTPUT_CUT + TITLE + e(1165) + ERROR_CUT],
    [
      'truncates both to half if both are one byte longer than half',
      o(1189),
      e(1189),
      o(1165) + OUTPUT_CUT + TITLE + e(1165) + ERROR_CUT,
    ],
    ['keeps a stdout of just under half whole', o(1187), e(3000), o(1187) + TITLE + e(1166) + ERROR_CUT],
  ])('%s', (_, stdout, stderr, output) => {
    expect(pluginOutput(stdout, stderr)).toBe(output);
    expect(Buffer.byteLength(pluginOutput(stdout, stderr))).toBeLessThanOrEqual(2400);
  });

  test('keeps the first characters, not the last', () => {
    expect(pluginOutput(`first${o(3000)}`, '')).toMatch(/^first/);
  });

  test('is limited in bytes, and splits no character', () => {
    expect(pluginOutput('é'.repeat(1500), '')).toBe('é'.repeat(1188) + OUTPUT_CUT);
  });

  test('keeps a verdict line of 2,000 bytes whole beside a stderr of 370', () => {
    expect(pluginOutput(o(2000), e(370)).startsWith(o(2000))).toBe(true);
  });

  test('loses the end of a verdict line of 2,000 bytes beside a long stderr', () => {
    expect(pluginOutput(o(2000), e(3000)).startsWith(o(1165) + OUTPUT_CUT)).toBe(true);
  });
});
