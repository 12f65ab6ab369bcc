import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileLook } from './file-look.ts';
import { Host, python } from './host.ts';

// A person reads these sentences if the operating system refuses something.

const scripts = join(import.meta.dirname, '../../../infra/host-scripts');
let host: Host;
beforeEach(() => {
  host = new Host();
  mkdirSync(join(host.tree, 'outputs/cache/in'), { recursive: true });
});
afterEach(() => host.remove());

const clear = (mode = 'live') =>
  host.verdict('clear-cache.py', { SSM_Step: 's', SSM_CacheFolder: 'outputs/cache', SSM_Mode: mode });

describe('an error of the operating system becomes a sentence with what to do:', () => {
  test.each([
    ["OSError(28, 'x', '/data/a')", '/data/a: No space left on device; free space there, then retry'],
    ["OSError(122, 'x', '/data/a')", '/data/a: Disk quota exceeded; free space there or raise the quota, then retry'],
    ["OSError(30, 'x', '/data/a')", '/data/a: Read-only file system; look at dmesg and repair the disk or its mount,'],
    ["OSError(5, 'x')", 'The step stopped: Input/output error; look at dmesg and repair the disk or its mount,'],
    ["OSError(1, 'x', '/a')", '/a: Operation not permitted; correct its owner or mode; if lsattr shows i or a, run'],
    ["OSError(13, 'x', b'/a', None, b'/b')", '/a and /b: Permission denied; correct its owner or mode'],
    ["OSError(16, 'x', '/a')", '/a: Device or resource busy; stop what uses it, or unmount it, then retry'],
    ["FileNotFoundError(2, 'x', '/a')", '/a: No such file or directory; stop what changes it, then retry'],
    ["TimeoutError('timed out')", 'The step stopped: timed out; stop what changes it, then retry'],
    ['MemoryError()', 'The host has too little memory; stop what uses the memory of the host, then retry'],
  ])('%s', (problem, sentence) => {
    const code = `import sys; sys.path.insert(0, sys.argv[1])
from shared.failures import told
def main():
    raise ${problem}
told(main)`;
    const { stderr, status } = spawnSync(python, ['-B', '-c', code, scripts], { encoding: 'utf8' });
    expect(stderr.trim().split('\n').at(-1)).toContain(sentence);
    expect(stderr.trim().split('\n').at(-1)).not.toContain('Errno');
    expect([stderr.includes('Traceback'), status]).toEqual([true, 1]);
  });
});

test.each([
  ['NOAUTH Authentication required.', 'let the socket be used without a password, then retry'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'free memory of Redis, or raise maxmemory, then retry'],
  ["READONLY You can't write against a read only replica.", 'it is a replica; name the socket of the primary'],
  ["ERR unknown command 'DUMP'", 'allow the command again (rename-command), then retry'],
  ['ERR something new', 'look at its log, then retry'],
])('an error of Redis ends with what to do: %s', (error, advice) => {
  const code = `import io; from shared.keys import response; response(io.BytesIO(b'''-${error}\\r\\n'''))`;
  const { stderr, status } = spawnSync(python, ['-c', code], { cwd: scripts, encoding: 'utf8' });
  expect(stderr).toContain(`Redis responded with an error: ${error}; ${advice}`);
  expect(status).toBe(1);
});

test('every script ends so', () => {
  const without = execFileSync(
    'grep',
    ['-LE', 'sys.exit\\((by_owner|told)\\(main\\)\\)', '-r', '--include=*.py', '.'],
    {
      cwd: scripts,
      encoding: 'utf8',
    },
  );
  const names = without.trim().split('\n');
  expect(names.filter((name) => !name.startsWith('./shared/') && name !== './wrapper.py')).toEqual([]);
});

describe.each([
  ['i', 'immutable'],
  ['a', 'append-only'],
])('chattr +%s', (letter, word) => {
  let fixed: string;
  afterEach(() => {
    spawnSync('chattr', [`-${letter}`, fixed], { stdio: 'ignore' });
  });

  test.each(['in/a', 'in', '.'])('on %s of a cache is refused before anything is touched', async (name) => {
    fixed = join(host.tree, 'outputs/cache', name);
    for (const file of ['in/a', 'b']) writeFileSync(join(host.tree, 'outputs/cache', file), file);
    if (spawnSync('chattr', [`+${letter}`, fixed], { stdio: 'ignore' }).status !== 0) return;
    const before = fileLook(join(host.tree, 'outputs/cache'));
    const path = join('outputs/cache', name).replace(/\/$/, '');
    for (const mode of ['plan', 'live'])
      expect((await clear(mode)).reason).toContain(
        `${path} is ${word}, as lsattr shows; nothing was touched. Run chattr -${letter} on it, then retry`,
      );
    expect(fileLook(join(host.tree, 'outputs/cache'))).toEqual(before);
  });

  test('on a file of the tree is refused before git changes another', async () => {
    fixed = join(host.tree, 'b.py');
    host.git('init', '--quiet');
    for (const [version, tag] of [
      ['1', 'good'],
      ['2', 'bad'],
    ] as const) {
      for (const name of ['a.py', 'b.py']) host.write(`opt/trading/${name}`, version);
      host.git('add', '--all');
      host.git('commit', '--quiet', '--message', version);
      host.git('tag', tag);
    }
    if (spawnSync('chattr', [`+${letter}`, fixed], { stdio: 'ignore' }).status !== 0) return;
    const env = { SSM_Step: 'r', SSM_Target: 'good', SSM_Paths: '.', SSM_Copies: '' };
    for (const mode of ['plan', 'live'])
      expect((await host.verdict('restore-previous-version.py', { ...env, SSM_Mode: mode })).reason).toContain(
        `b.py is ${word}, as lsattr shows; nothing was touched`,
      );
    expect(host.read('opt/trading/a.py')).toBe('2');
  });
});

test('a path that is too long leaves room for what is wrong with it', async () => {
  const long = ['x'.repeat(250), ...Array(20).fill('d'.repeat(250))];
  const inside = `import os\nos.chdir(os.environ['CACHE'])\nfor name in ${JSON.stringify(long)}:\n os.mkdir(name)\n os.chdir(name)\nopen('f', 'w').close()`;
  spawnSync(python, ['-c', inside], { env: { ...process.env, CACHE: join(host.tree, 'outputs/cache') } });
  expect((await clear('plan')).reason).toContain('File name too long; move it to a shorter path, then retry');
});

test('a disk that is full is named, with its path', async ({ skip }) => {
  mkdirSync(host.state, { recursive: true });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', host.state], { stdio: 'ignore' });
  if (mount.status !== 0) return skip();
  try {
    chmodSync(host.state, 0o700);
    host.git('init', '--quiet');
    host.write('opt/trading/a.py', '1');
    host.git('add', '--all');
    host.git('commit', '--quiet', '--message', '1');
    host.git('tag', 'good');
    host.write('opt/trading/a.py', '2');
    host.write('opt/trading/large', 'x'.repeat(200_000));
    const env = { SSM_Step: 'r', SSM_Target: 'good', SSM_Paths: '.', SSM_Copies: '' };
    const { reason } = await host.verdict('restore-previous-version.py', env);
    expect(reason).toMatch(/No space left on device; free space there, then retry$/);
    expect(host.read('opt/trading/a.py')).toBe('2');
  } finally {
    spawnSync('umount', [host.state], { stdio: 'ignore' });
  }
});
