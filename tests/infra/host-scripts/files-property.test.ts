import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileLook } from './file-look.ts';
import { Host } from './host.ts';

const names = ['a', 'b', '.a', 'a.2', '-x', 'é', 'x\ny', '*', 'copying', 'kept.jsonl', 'n'.repeat(200)];
const entry = fc.record({
  folder: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
  name: fc.constantFrom(...names),
  kind: fc.constantFrom(
    'file',
    'file',
    'file',
    'file',
    'sparse',
    'sparse',
    'hard link',
    'hard link',
    'link',
    'folder',
    'pipe?',
  ),
  mode: fc.constantFrom(0o644, 0o600, 0o755, 0o2750, 0o4711, 0o444),
  size: fc.constantFrom(0, 1, 5000, 70_000),
  odd: fc.nat({ max: 20 }),
});
type Entry = typeof entry extends fc.Arbitrary<infer Made> ? Made : never;

/** Makes what can be made: an entry whose place is taken is left out. Returns the path of the file for hard links. */
function make(cache: string, { folder, name, kind, mode, size, odd }: Entry, earlier: readonly string[]): string[] {
  const path = join(cache, ...folder, name);
  try {
    mkdirSync(join(cache, ...folder), { recursive: true });
    if (kind === 'folder') mkdirSync(path, { mode: 0o750 });
    else if (kind === 'link') symlinkSync(['a', '../b', '/etc', 'none'][size % 4] ?? '', path);
    else if (kind === 'hard link' && earlier.length > 0) linkSync(earlier[size % earlier.length] ?? '', path);
    else if (kind === 'pipe?' && odd === 0) execFileSync('mkfifo', [path], { stdio: 'ignore' });
    else {
      writeFileSync(path, Buffer.alloc(size, odd), { flag: 'wx' });
      if (kind === 'sparse') truncateSync(path, size + (1 << 20));
      chmodSync(path, mode);
      utimesSync(path, 1_700_000_000 + odd, 1_700_000_000 + size);
      return [path];
    }
  } catch {}
  return [];
}

test('of random trees: all files go and come back as they were, or the step refuses and nothing changed', async () => {
  const endings: string[] = [];
  const property = fc.asyncProperty(fc.array(entry, { maxLength: 25 }), async (entries) => {
    const host = new Host();
    try {
      const cache = join(host.tree, 'outputs/cache');
      mkdirSync(cache, { recursive: true });
      const files: string[] = [];
      for (const one of entries) files.push(...make(cache, one, files));
      const before = fileLook(cache);
      const { verdict, reason } = await host.verdict('clear-cache.py', {
        SSM_Step: 's',
        SSM_CacheFolder: 'outputs/cache',
      });
      endings.push(verdict);
      if (verdict !== 'done') {
        expect(reason).toContain('nothing was touched');
        expect(fileLook(cache)).toEqual(before);
        return;
      }
      expect(fileLook(cache)).toEqual({});
      const back = { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: 'no' };
      const restored = await host.verdict('restore.py', back);
      expect(restored.verdict === 'done' || restored.reason?.includes('took nothing away')).toBe(true);
      expect(fileLook(cache)).toEqual(before);
    } finally {
      host.remove();
    }
  });
  const { RUNS = '25' } = process.env;
  await fc.assert(property, { numRuns: Number(RUNS) });
  expect(endings).toContain('done');
}, 1_200_000);
