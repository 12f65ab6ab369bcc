import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { cachedEnvironment, sourcesOf } from '../../../cli/account/environment-cache.ts';
import { environmentNames } from '../../../config/environment-files.ts';
import { readEnvironment } from '../../../config/environments.ts';
import type { Environment } from '../../../domain/infra/environment.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'environments-'));
afterAll(() => rmSync(folder, { recursive: true }));

let numbered = 0;
const newFolder = () => {
  numbered += 1;
  const made = join(folder, String(numbered));
  mkdirSync(made);
  return made;
};

/** Prints the environment that a command gets, and the packages that it loaded for it. */
const program = `
const { registerHooks } = process.getBuiltinModule('module');
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
if (process.env.EDITED) process.getBuiltinModule('fs').appendFileSync(process.env.EDITED, '# edited');
const { cachedEnvironment } = await import('./cli/account/environment-cache.ts');
const environment = await cachedEnvironment(process.env.NAME ?? 'local');
console.log(JSON.stringify({ environment, parsed: loaded.some((url) => /node_modules.(zod|yaml)/.test(url)), loaded }));`;

type Got = { readonly environment: Environment; readonly parsed: boolean; readonly loaded: readonly string[] };

/** Connects as a command of its own does, in the tree of this repository or in a copy of it. */
async function get(cache: string, { tree = root, env = {} }: { tree?: string; env?: object } = {}): Promise<Got> {
  const variables = { ...process.env, ROLLBACK_ENVIRONMENT_CACHE: cache, ...env };
  const words = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: tree, env: variables });
  return JSON.parse(stdout);
}

/** Connects in this process, which is cheaper but has read the file before. */
async function getHere(cache: string): Promise<Environment> {
  vi.stubEnv('ROLLBACK_ENVIRONMENT_CACHE', cache);
  try {
    return await cachedEnvironment('local');
  } finally {
    vi.unstubAllEnvs();
  }
}

/** Returns a copy of the files that a command needs to connect. */
function copiedTree(): string {
  const tree = newFolder();
  for (const part of ['cli', 'config', 'domain', 'infra', 'package.json'])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

function edit(file: string, from: string, to: string): void {
  const before = readFileSync(file, 'utf8');
  if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, before.replace(from, to));
}

describe('the second command', () => {
  test.each(environmentNames())('gets environment %s from the cache, as the file has it', async (name) => {
    const cache = newFolder();
    const [first, second] = [await get(cache, { env: { NAME: name } }), await get(cache, { env: { NAME: name } })];
    expect([first.parsed, second.parsed]).toEqual([true, false]);
    expect([first.environment, second.environment]).toEqual([readEnvironment(name), readEnvironment(name)]);
  });

  test('gets it from the cache in another copy of the same files', async () => {
    const cache = newFolder();
    await get(cache);
    expect((await get(cache, { tree: copiedTree() })).parsed).toBe(false);
  });

  test('sees a changed environment file, and the former text again', async () => {
    const [cache, infra] = [newFolder(), newFolder()];
    cpSync(join(root, 'infra'), infra, { recursive: true });
    const file = join(infra, 'environments/local.yaml');
    const regionNow = async () => (await get(cache, { env: { ROLLBACK_INFRA: infra } })).environment.region;
    const before = await regionNow();
    edit(file, `region: ${before}`, 'region: eu-south-2');
    expect(await regionNow()).toBe('eu-south-2');
    edit(file, 'region: eu-south-2', `region: ${before}`);
    expect(await regionNow()).toBe(before);
  });

  test('sees a changed default in a module that the check imports', async () => {
    const [cache, tree] = [newFolder(), copiedTree()];
    await get(cache, { tree });
    edit(join(tree, 'domain/severity.ts'), 'CRITICAL: 15', 'CRITICAL: 14');
    expect((await get(cache, { tree })).environment.limits.CRITICAL).toBe(14 * 60);
  });

  test('sees a file that has become invalid', async () => {
    const [cache, tree] = [newFolder(), copiedTree()];
    await get(cache, { tree });
    edit(join(tree, 'infra/environments/local.yaml'), 'region:', 'regoin:');
    await expect(get(cache, { tree })).rejects.toThrow("found 'regoin'");
  });
});

test('the key is made of every file that is loaded to read an environment, and of the version of each package', async () => {
  const { loaded } = await get(newFolder());
  const sources = [...(sourcesOf(join(root, 'infra/environments/local.yaml'))?.keys() ?? [])];
  const files = loaded.filter((url) => url.startsWith('file:')).map((url) => url.replace('file://', ''));
  const expected = files.flatMap((file) => {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
    if (name !== undefined) return [join(root, 'node_modules', name, 'package.json')];
    return file.includes('/cli/') ? [] : [file];
  });
  expect(expected).toContain(join(root, 'domain/infra/environment.ts'));
  expect(sources).toEqual(expect.arrayContaining(expected));
});

describe('an entry of the cache', () => {
  test.each<[string, (text: string) => string]>([
    ['is empty', () => ''],
    ['ends too early', (text) => text.slice(0, -20)],
    ['has another value', (text) => text.replace('"account":"0', '"account":"1')],
    ['is no JSON', () => 'x\ny'],
  ])('is ignored and written again if it %s', async (_, damaged) => {
    const cache = newFolder();
    await getHere(cache);
    const [name = ''] = readdirSync(cache);
    const whole = readFileSync(join(cache, name), 'utf8');
    writeFileSync(join(cache, name), damaged(whole));
    expect(readFileSync(join(cache, name), 'utf8')).not.toBe(whole);
    expect(await getHere(cache)).toEqual(readEnvironment('local'));
    expect(readFileSync(join(cache, name), 'utf8')).toBe(whole);
  });

  test('is not made of a file that changed after the command started', async () => {
    const [cache, tree] = [newFolder(), copiedTree()];
    await get(cache, { tree, env: { EDITED: join(tree, 'infra/environments/local.yaml') } });
    expect(readdirSync(cache)).toEqual([]);
  });

  test('is whole after commands that made it at the same time', async () => {
    const cache = newFolder();
    await Promise.all([get(cache), get(cache), get(cache)]);
    expect(readdirSync(cache)).toHaveLength(1);
    expect((await get(cache)).parsed).toBe(false);
  });

  test('replaces the oldest of twenty', async () => {
    const cache = newFolder();
    for (let n = 0; n < 30; n += 1) writeFileSync(join(cache, `old-${n}`), '');
    await getHere(cache);
    expect(readdirSync(cache)).toHaveLength(20);
    expect(readdirSync(cache).filter((name) => !name.startsWith('old-'))).toHaveLength(1);
  });
});

test('a command works without a cache if its folder cannot be made', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  expect(await getHere(join(file, 'cache'))).toEqual(readEnvironment('local'));
});
