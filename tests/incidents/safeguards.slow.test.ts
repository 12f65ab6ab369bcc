import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { safeguards } from '../../incidents/safeguards.ts';

const root = join(import.meta.dirname, '../..');

test('every story holds with its safeguard and fails without it', { timeout: 3_600_000 }, async () => {
  const words = [join(root, 'cli/safeguards.ts'), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 1e8 });
  const found = JSON.parse(stdout) as { name: string; found: boolean; says: string }[];
  expect(found.filter((one) => !one.found)).toEqual([]);
  expect(found.map(({ name }) => name)).toEqual(safeguards.map(({ name }) => name));
});
