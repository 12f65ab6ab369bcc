import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assemblyKey, cachedAssembly, keepAssembly } from '../../../cli/account/synthesis-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'assemblies-'));
const infra = join(folder, 'infra');
const before = process.env['ROLLBACK_SYNTHESIS_CACHE'];
beforeAll(() => {
  process.env['ROLLBACK_SYNTHESIS_CACHE'] = join(folder, 'cache');
  cpSync('infra', infra, { recursive: true });
});
afterAll(() => {
  if (before === undefined) delete process.env['ROLLBACK_SYNTHESIS_CACHE'];
  else process.env['ROLLBACK_SYNTHESIS_CACHE'] = before;
  rmSync(folder, { recursive: true });
});

/** Makes a folder that looks like an assembly with this content. */
function assembly(name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  writeFileSync(join(made, 'manifest.json'), name);
  return made;
}

test('one changed character of a host script makes another key, and the former text makes the former key', () => {
  const key = assemblyKey('local', infra);
  const script = join(infra, 'host-scripts/wrapper.py');
  const text = readFileSync(script, 'utf8');
  writeFileSync(script, `${text}#`);
  expect(assemblyKey('local', infra)).not.toBe(key);
  writeFileSync(script, text);
  expect(assemblyKey('local', infra)).toBe(key);
});

test('a new file makes another key', () => {
  const key = assemblyKey('local', infra);
  writeFileSync(join(infra, 'runbooks/new.yaml'), '');
  expect(assemblyKey('local', infra)).not.toBe(key);
});

test('each environment has its own key', () => {
  expect(assemblyKey('staging')).not.toBe(assemblyKey('local'));
});

test('an assembly is found again under its key, and under no other', () => {
  const kept = keepAssembly('key-1', assembly('one'));
  expect(kept).toBe(join(folder, 'cache/key-1'));
  expect(cachedAssembly('key-1')).toBe(kept);
  expect(cachedAssembly('key-2')).toBeUndefined();
});

test('of two processes that synthesize at once, both use the assembly that was kept first', () => {
  const [first, second] = [assembly('first'), assembly('second')];
  const kept = keepAssembly('key-3', first);
  expect(keepAssembly('key-3', second)).toBe(kept);
  expect(readFileSync(join(kept, 'manifest.json'), 'utf8')).toBe('first');
});

test('an assembly that cannot be kept is used where it is', () => {
  writeFileSync(join(folder, 'no-folder'), '');
  process.env['ROLLBACK_SYNTHESIS_CACHE'] = join(folder, 'no-folder');
  const made = assembly('third');
  expect(keepAssembly('key-4', made)).toBe(made);
  process.env['ROLLBACK_SYNTHESIS_CACHE'] = join(folder, 'cache');
});
