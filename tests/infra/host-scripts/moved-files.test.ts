import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskBytes, fileLook } from './file-look.ts';
import { type Environment, Host, python } from './host.ts';

let host: Host;
let cache: string;
beforeEach(() => {
  host = new Host();
  cache = join(host.tree, 'outputs/cache');
  mkdirSync(cache, { recursive: true });
});
afterEach(() => host.remove());

const put = (name: string, content = name) => writeFileSync(join(cache, name), content);
const clear = (env: Environment = {}) =>
  host.verdict('clear-cache.py', { SSM_Step: 's', SSM_CacheFolder: 'outputs/cache', ...env });
const bringBack = (overwrite = 'no') =>
  host.verdict('restore.py', { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: overwrite });
const quarantined = (name: string) => join(host.state, 'r-1/quarantine/s/files', name);

/** Runs the step, and expects that all files go and come back as they were. */
async function goAndComeBack(count: number) {
  const before = fileLook(cache);
  expect(await clear()).toMatchObject({ verdict: 'done', report: { files: { moved: count }, lost: false } });
  expect(readdirSync(cache)).toEqual([]);
  expect(await bringBack()).toMatchObject({ verdict: 'done', report: { overwritten: 0 } });
  expect(fileLook(cache)).toEqual(before);
}

describe('files go to quarantine and come back as they were:', () => {
  test('a sparse file, which stays sparse at both places', async () => {
    put('index.mdb', 'head');
    truncateSync(join(cache, 'index.mdb'), 64 << 20);
    const before = fileLook(cache);
    await clear();
    expect(lstatSync(quarantined('index.mdb')).size).toBe(64 << 20);
    expect(diskBytes(quarantined('index.mdb'))).toBeLessThan(1 << 20);
    await bringBack();
    expect(fileLook(cache)).toEqual(before);
    expect(diskBytes(join(cache, 'index.mdb'))).toBeLessThan(1 << 20);
  });

  test('names of one file, which stay names of one file', async () => {
    put('a');
    put('z', 'a');
    for (const name of ['b', 'c']) linkSync(join(cache, 'a'), join(cache, name));
    await goAndComeBack(4);
  });

  test('a name of a file that has another name elsewhere, which stays as it is', async () => {
    const elsewhere = host.write('opt/trading/outputs/kept', 'kept');
    linkSync(elsewhere, join(cache, 'a'));
    await clear();
    expect(readFileSync(elsewhere, 'utf8')).toBe('kept');
    await bringBack();
    expect(readFileSync(join(cache, 'a'), 'utf8')).toBe('kept');
  });

  test('links: to a file, to a folder, to nothing, out of the tree, and to themselves', async () => {
    mkdirSync(join(cache, 'real'));
    put('real/x');
    for (const [name, target] of [
      ['a', 'real/x'],
      ['b', 'real'],
      ['c', 'none'],
      ['d', '/etc'],
      ['e', 'e'],
    ] as const)
      symlinkSync(target, join(cache, name));
    await goAndComeBack(6);
  });

  test('names that are no text, or look like ours, like options, or like several lines', async () => {
    const names = [
      'copying',
      'names.json',
      '.a.restored',
      'a',
      'a.2',
      '-rf',
      ' ',
      '\n',
      'x\ny',
      '*',
      '$(id)',
      'é',
      'n'.repeat(255),
    ];
    for (const name of names) put(name);
    writeFileSync(Buffer.concat([Buffer.from(`${cache}/`), Buffer.from([0xff, 0xfe])]), 'no text');
    await goAndComeBack(names.length + 1);
  });

  test('files that nobody may read or write, or that run as their owner', async () => {
    for (const mode of [0o000, 0o444, 0o4755, 0o1777]) {
      put(String(mode));
      chmodSync(join(cache, String(mode)), mode);
    }
    if (process.getuid?.() === 0) await goAndComeBack(4);
  });

  test("2,000 small files, both ways within the step's two minutes", async () => {
    for (let at = 0; at < 2000; at += 1) put(String(at));
    const began = performance.now();
    await goAndComeBack(2000);
    // Three seconds alone; a flush per file would take minutes on a busy machine.
    expect(performance.now() - began).toBeLessThan(120_000);
  });
});

describe('nothing is touched if the folder holds', () => {
  test.each<[string, () => unknown]>([
    ['a pipe', () => execFileSync('mkfifo', [join(cache, 'odd')])],
    [
      'a socket',
      () =>
        execFileSync(python, [
          '-c',
          `import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind('odd')`,
          cache,
        ]),
    ],
  ])('%s', async (kind, make) => {
    put('a');
    make();
    const before = fileLook(cache);
    expect((await clear()).reason).toContain(`odd is ${kind}, neither a file nor a link; nothing was touched`);
    expect((await clear({ SSM_Mode: 'plan' })).reason).toContain(
      `odd is ${kind}, neither a file nor a link; nothing was touched`,
    );
    expect(fileLook(cache)).toEqual(before);
  });
});

/** Returns whether a file system of so many bytes could be mounted at a folder, which needs root and a kernel that allows it. */
function mounted(folder: string, bytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' }).status === 0;
}

describe('other file systems:', () => {
  let folder: string;
  afterEach(() => {
    spawnSync('umount', [folder], { stdio: 'ignore' });
  });

  test('a folder of the cache that is one goes empty and comes back full', async ({ skip }) => {
    folder = join(cache, 'memory');
    if (!mounted(folder, 1 << 20)) return skip();
    put('a');
    put('memory/b');
    const before = fileLook(cache);
    expect(await clear()).toMatchObject({ verdict: 'done', report: { files: { moved: 2 } } });
    expect(fileLook(cache)).toEqual({ [Buffer.from('/memory').toString('hex')]: expect.stringContaining('folder') });
    expect(await bringBack()).toMatchObject({ verdict: 'done' });
    expect(fileLook(cache)).toEqual(before);
  });

  test('one that is mounted to be read is refused before anything is touched', async ({ skip }) => {
    folder = join(cache, 'memory');
    if (!mounted(folder, 1 << 20)) return skip();
    put('a');
    put('memory/b');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const before = fileLook(cache);
    expect((await clear()).reason).toContain('outputs/cache/memory cannot be written; nothing was touched');
    expect(fileLook(cache)).toEqual(before);
  });

  test('one without room for the copies is refused before anything is touched', async ({ skip }) => {
    folder = host.state;
    if (!mounted(folder, 1 << 20)) return skip();
    chmodSync(folder, 0o700);
    for (const name of ['a', 'b']) put(name, name.repeat(1 << 20));
    const before = fileLook(cache);
    expect((await clear()).reason).toMatch(
      /outputs\/cache holds \d+ bytes, and var\/lib\/rollback has \d+ free; nothing was touched/,
    );
    expect(fileLook(cache)).toEqual(before);
  });
});

describe('a restore', () => {
  const inTheWay: readonly [string, () => unknown][] = [
    [
      'a folder with files',
      () => {
        mkdirSync(join(cache, 'a'));
        put('a/new');
      },
    ],
    ['an empty folder', () => mkdirSync(join(cache, 'a'))],
    ['a link', () => symlinkSync('/etc', join(cache, 'a'))],
  ];
  test.each(inTheWay)('refuses %s in the place of a file; with Overwrite yes the file comes back', async (_, make) => {
    put('a');
    put('b');
    const before = fileLook(cache);
    await clear();
    make();
    const found = fileLook(cache);
    expect(await bringBack()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('outputs/cache/a') });
    expect(fileLook(cache)).toEqual(found);
    expect(await bringBack('yes')).toMatchObject({ verdict: 'done', report: { overwritten: 1 } });
    expect(fileLook(cache)).toEqual(before);
    const kept = fileLook(join(host.state, 'r-1/quarantine/s'));
    const isKept = Object.keys(kept).some((name) =>
      Buffer.from(name, 'hex').toString().endsWith('/overwritten/outputs/cache/a/new'),
    );
    expect(isKept).toBe(_ === 'a folder with files');
  });

  test.each([
    ['a pipe', 'a'],
    ['a folder with a pipe', 'a/pipe'],
  ])('refuses %s in the place of a file, whatever Overwrite is: a pipe has no copy', async (_, pipe) => {
    put('a');
    await clear();
    if (pipe !== 'a') mkdirSync(join(cache, 'a'));
    execFileSync('mkfifo', [join(cache, pipe)]);
    const found = fileLook(cache);
    for (const overwrite of ['no', 'yes'])
      expect((await bringBack(overwrite)).reason).toContain(
        `cache/${pipe} is a pipe, neither a file nor a link; nothing`,
      );
    expect(fileLook(cache)).toEqual(found);
  });

  test('refuses to follow a link that is in the folder’s place and leads out of the tree', async () => {
    put('a');
    await clear();
    const outside = join(host.root, 'outside');
    mkdirSync(outside);
    rmSync(cache, { recursive: true });
    symlinkSync(outside, cache);
    expect((await bringBack()).verdict).toBe('failed');
    expect(readdirSync(outside)).toEqual([]);
  });
});

test.each([
  ['the file', 'os.unlink(safe)', 'outputs/cache/none'],
  ['a name beside it', "os.unlink(safe + '.part')", 'outputs/cache/none.part'],
])(
  'an error about %s names its path in the tree, not the descriptor by which the script reaches it',
  (_, act, path) => {
    const code = `import os, sys
sys.path.insert(0, sys.argv[1])
from shared.beneath import beneath
with beneath(os.path.join(os.environ['SSM_Tree'], 'outputs/cache/none')) as safe:
    ${act}`;
    const scripts = join(import.meta.dirname, '../../../infra/host-scripts');
    const env = { SSM_Tree: host.tree, SSM_State: host.state };
    const { stderr } = spawnSync(python, ['-B', '-c', code, scripts], { env, encoding: 'utf8' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `FileNotFoundError: [Errno 2] No such file or directory: '${join(realpathSync(host.tree), path)}'`,
    );
  },
);
