import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../infra/host-scripts');
const scripts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe('what scripts share, because each travels alone', () => {
  const blocks = scripts.flatMap(({ text }) =>
    [...text.matchAll(/^# shared: (\w+)\n(.*?)^# end shared$/gms)].map(([, name, block]) => ({ name, block })),
  );

  test.each([
    ['copies', 2],
    ['version', 2],
    ['health', 2],
    ['customer', 4],
  ])('is the same in all: %s', (name, count) => {
    const found = blocks.filter((block) => block.name === name).map(({ block }) => block);
    expect(found).toHaveLength(count);
    expect(new Set(found).size).toBe(1);
  });
});

describe.each(scripts)('$name', ({ text }) => {
  test('has no double braces: SSM would read them as a parameter', () => expect(text).not.toContain('{{'));

  test('uses no clock, no sleep, no random number and no process id', () => {
    expect(text).not.toMatch(/\bimport (time|random|uuid)\b|\bnow\(|\bsleep\(|getpid|urandom|'now'/);
  });
});

test('the wrapper and any one script fit an SSM document of 64 KB with room for the rest', () => {
  const sizes = Object.fromEntries(scripts.map(({ name, text }) => [name, Buffer.byteLength(text)]));
  const { 'wrapper.py': wrapper = 0, ...steps } = sizes;
  expect(wrapper + Math.max(...Object.values(steps))).toBeLessThan(48 * 1024);
});
