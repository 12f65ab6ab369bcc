import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host, python } from './host.ts';

// Every shape of a git tree that a host may have: what a plan says, what the step does, and what the check says then.

let host: Host;
beforeEach(() => {
  host = new Host();
  chmodSync(host.root, 0o755);
  mkdirSync(host.tree, { recursive: true });
  host.git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => host.remove());

const whole: Environment = { SSM_Step: 'restore', SSM_Target: 'good', SSM_Paths: '.', SSM_Copies: '' };
const plan = () => host.verdict('restore-previous-version.py', { ...whole, SSM_Mode: 'plan' });
const restore = () => host.verdict('restore-previous-version.py', whole);
const check = () => host.verdict('version-at-target.py', { ...whole, SSM_Step: 'check', SSM_Kind: 'check' });
const bringBack = () =>
  host.verdict('restore.py', { SSM_Step: 'back', SSM_Kind: 'check', SSM_Of: 'restore', SSM_Overwrite: 'no' });

type Files = Readonly<Record<string, string>>;

const write = (files: Files) => {
  for (const [name, text] of Object.entries(files)) host.write(`opt/trading/${name}`, text);
};
const inTree = (name: string) => join(host.tree, name);
const pathOf = (name: string) => `opt/trading/${name}`;

function commit(files: Files, ...tags: string[]): void {
  write(files);
  if (Object.keys(files).length > 0) host.git('add', '--force', '--', ...Object.keys(files));
  host.git('commit', '--quiet', '--allow-empty', '--message', 'next');
  for (const tag of tags) host.git('tag', '--force', tag);
}

/** Commits `good` with a tag, then `bad` on top of it. */
function versions(good: Files = {}, bad: Files = {}): void {
  commit({ 'app.py': 'v = 1\n', ...good }, 'good');
  commit({ 'app.py': 'v = 2\n', ...bad });
}

/** Returns every file of the tree with its mode and content, and what is checked out. */
function everything(): Record<string, string> {
  const found: Record<string, string> = { HEAD: host.git('rev-parse', 'HEAD') };
  for (const name of readdirSync(host.tree, { recursive: true, encoding: 'utf8' })) {
    if (name === '.git' || name.startsWith('.git/') || name.includes('/.git')) continue;
    const { mode } = lstatSync(inTree(name));
    if ((mode & 0o170000) === 0o120000) found[name] = `link to ${readlinkSync(inTree(name))}`;
    else if ((mode & 0o170000) === 0o100000)
      found[name] = `${(mode & 0o777).toString(8)} ${readFileSync(inTree(name)).toString('latin1')}`;
  }
  return found;
}

/** A filter in the owner's own settings that stores lower case and writes upper case. */
function filter(settings: Files = { smudge: 'tr a-z A-Z', clean: 'tr A-Z a-z' }): void {
  for (const [name, value] of Object.entries(settings)) host.git('config', `filter.upper.${name}`, value);
}

/** A submodule at its first version, which has a second one; returns the commits of both. */
function submodule(name: string): [string, string] {
  const origin = join(host.root, 'origin');
  mkdirSync(origin);
  const git = (...words: string[]) => host.git('-C', origin, ...words);
  git('init', '--quiet', '--initial-branch=main');
  for (const version of ['1', '2']) {
    host.write('origin/algo.py', `v = ${version}\n`);
    git('add', 'algo.py');
    git('commit', '--quiet', '--message', version);
  }
  host.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, name);
  host.git('-C', name, 'checkout', '--quiet', 'HEAD~1');
  return [git('rev-parse', 'HEAD~1'), git('rev-parse', 'HEAD')];
}

/** Changes a file and gives it the size and the time that git remembers. */
function changeUnseen(name: string, text: string): void {
  const { atime, mtime } = statSync(inTree(name));
  writeFileSync(inTree(name), text);
  utimesSync(inTree(name), atime, mtime);
}

const looseObject = (name: string) => {
  const id = host.git('rev-parse', name);
  return inTree(`.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
};

/** Gives an object of the repository another content, as its owner or a bad disk may. */
function replaceObject(name: string, kind: string, content: Buffer): void {
  chmodSync(looseObject(name), 0o644);
  writeFileSync(looseObject(name), deflateSync(Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content])));
}

const folderOf = (file: string, hash: string) =>
  Buffer.concat([Buffer.from(`100644 ${file}\0`), Buffer.from(hash, 'hex')]);

/** [shape, what makes it, files at the target as a checkout by the owner writes them; null: not there] */
const restored: readonly [string, () => void, Readonly<Record<string, string | null>>][] = [
  [
    'a filter of the owner',
    () => {
      filter();
      versions({ '.gitattributes': '*.bin filter=upper\n', 'model.bin': 'GOOD\n' }, { 'model.bin': 'BAD\n' });
    },
    { 'model.bin': 'GOOD\n' },
  ],
  [
    'a stored file in the place of what a filter writes, which git calls clean',
    () => {
      filter();
      versions({ '.gitattributes': '*.bin filter=upper\n', 'model.bin': 'GOOD\n' });
      write({ 'model.bin': 'good\n' });
    },
    { 'model.bin': 'GOOD\n' },
  ],
  [
    'a filter that the target no longer uses',
    () => {
      filter();
      versions({ 'model.bin': 'good\n' }, { '.gitattributes': '*.bin filter=upper\n' });
      unlinkSync(inTree('model.bin'));
      host.git('checkout', '--quiet', '--', 'model.bin');
    },
    { 'model.bin': 'good\n' },
  ],
  [
    'a filter that only stores otherwise',
    () => {
      filter({ clean: 'cat' });
      versions({ '.gitattributes': '*.ipynb filter=upper\n', 'a.ipynb': '1\n' }, { 'a.ipynb': '2\n' });
    },
    { 'a.ipynb': '1\n' },
  ],
  [
    'CRLF that came into git before the file was called text',
    () => {
      commit({ 'run.bat': 'echo 1\r\n' });
      utimesSync(inTree('run.bat'), 1_700_000_000, 1_700_000_000);
      host.git('update-index', '--refresh');
      versions({ '.gitattributes': '*.bat text\n' });
    },
    { 'run.bat': 'echo 1\r\n' },
  ],
  [
    'eol=crlf in the target only, with the same blob',
    () => {
      commit({ 'run.bat': 'echo 1\n' });
      versions({ '.gitattributes': '*.bat text eol=crlf\n' }, { '.gitattributes': '*.bat -text\n' });
    },
    { 'run.bat': 'echo 1\r\n' },
  ],
  [
    'core.autocrlf',
    () => {
      versions({ 'a.txt': '1\n' }, { 'a.txt': '2\n' });
      host.git('config', 'core.autocrlf', 'true');
    },
    { 'a.txt': '1\r\n', 'app.py': 'v = 1\r\n' },
  ],
  [
    'ident',
    () => {
      versions({ '.gitattributes': '*.id ident\n', 'a.id': '$Id$ 1\n' }, { 'a.id': '$Id$ 2\n' });
    },
    { 'a.id': '$Id: 38ca3a5efb70f4a8f7c2a5d5f5d5a6b0f1ad1c0e $ 1\n' },
  ],
  [
    'working-tree-encoding',
    () => {
      commit({ '.gitattributes': '*.l1 working-tree-encoding=ISO-8859-1\n' });
      writeFileSync(inTree('a.l1'), Buffer.from([0xe4, 0x0a]));
      host.git('add', 'a.l1');
      versions();
      writeFileSync(inTree('a.l1'), Buffer.from([0xc3, 0xa4, 0x0a]));
    },
    { 'a.l1': '\xe4\n' },
  ],
  [
    'a sparse checkout',
    () => {
      versions({ 'prod/a.py': '1\n', 'research/big.csv': '1\n' }, { 'prod/a.py': '2\n', 'research/big.csv': '2\n' });
      host.git('sparse-checkout', 'set', 'prod');
    },
    { 'prod/a.py': '1\n', 'research/big.csv': null },
  ],
  [
    'a sparse checkout by patterns, with a folder that only the target has',
    () => {
      versions({ 'prod/a.py': '1\n', 'prod/old/b.py': '1\n', 'research/big.csv': '1\n' }, { 'prod/a.py': '2\n' });
      host.git('rm', '--quiet', '-r', 'prod/old', 'research');
      commit({});
      host.git('sparse-checkout', 'set', '--no-cone', '/*', '!/research/', '!*.csv');
    },
    { 'prod/a.py': '1\n', 'prod/old/b.py': '1\n', 'research/big.csv': null },
  ],
  [
    'a replaced blob: an object is what its hash says',
    () => {
      versions();
      write({ other: 'v = 7\n' });
      host.git('replace', host.git('rev-parse', 'good:app.py'), host.git('hash-object', '-w', 'other'));
      unlinkSync(inTree('other'));
    },
    { 'app.py': 'v = 1\n' },
  ],
  [
    'a replaced commit',
    () => {
      versions();
      host.git('replace', 'good', 'HEAD');
    },
    { 'app.py': 'v = 1\n' },
  ],
  [
    'a shallow clone',
    () => {
      commit({ 'app.py': 'v = 0\n' });
      versions();
      writeFileSync(inTree('.git/shallow'), `${host.git('rev-parse', 'good')}\n`);
    },
    { 'app.py': 'v = 1\n' },
  ],
  [
    'a working tree that is linked to its repository',
    () => {
      versions();
      const main = join(host.root, 'main');
      execFileSync('mv', [host.tree, main]);
      execFileSync('git', ['-C', main, 'worktree', 'add', '--quiet', '--detach', host.tree]);
    },
    { 'app.py': 'v = 1\n' },
  ],
  [
    'a folder with files in the place of a tracked file',
    () => {
      versions({ data: '1\n' });
      unlinkSync(inTree('data'));
      write({ 'data/a': 'a\n', 'data/in/b': 'b\n' });
    },
    { 'app.py': 'v = 1\n', data: '1\n', 'data/a': null },
  ],
  [
    'a submodule that is the same in both versions',
    () => {
      submodule('lib');
      host.git('add', '.gitmodules', 'lib');
      versions();
    },
    { 'lib/algo.py': 'v = 1\n' },
  ],
];

describe.each(restored)('%s', (_, make, wanted) => {
  test('is planned, restored, found at the target, and comes back', async () => {
    make();
    const before = everything();
    expect(await plan()).toMatchObject({ verdict: 'done' });
    expect(everything()).toEqual(before);
    expect((await check()).report).toMatchObject({ at_target: false });
    expect(await restore()).toMatchObject({ verdict: 'done' });
    const found = Object.fromEntries(
      Object.keys(wanted).map((name) => [
        name,
        everything()
          [name]?.replace(/^\d+ /, '')
          .replace(/Id: \w+ /, 'Id ') ?? null,
      ]),
    );
    expect(found).toEqual(
      Object.fromEntries(
        Object.entries(wanted).map(([name, text]) => [name, text?.replace(/Id: \w+ /, 'Id ') ?? null]),
      ),
    );
    expect((await check()).report).toMatchObject({ at_target: true, different: 0 });
    expect(await bringBack()).toMatchObject({ verdict: 'done' });
    expect(everything()).toEqual(before);
  });
});

/** [what hides it, how, what the file is then] */
const hidden: readonly [string, () => void][] = [
  [
    'assume-unchanged',
    () => {
      host.git('update-index', '--assume-unchanged', 'app.py');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'skip-worktree',
    () => {
      host.git('update-index', '--skip-worktree', 'app.py');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'skip-worktree on a file that is removed',
    () => {
      host.git('update-index', '--skip-worktree', 'app.py');
      unlinkSync(inTree('app.py'));
    },
  ],
  [
    'skip-worktree on a removed file of a sparse checkout',
    () => {
      host.git('sparse-checkout', 'set', '--no-cone', '/*', '!/research/');
      host.git('update-index', '--skip-worktree', 'app.py');
      unlinkSync(inTree('app.py'));
    },
  ],
  [
    'core.fileMode = false',
    () => {
      host.git('config', 'core.fileMode', 'false');
      chmodSync(inTree('app.py'), 0o755);
    },
  ],
  [
    'core.ignoreStat',
    () => {
      host.git('config', 'core.ignoreStat', 'true');
      host.git('checkout', '--quiet', '--force', 'HEAD~1');
      host.git('checkout', '--quiet', '--force', 'good');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'the same size and time, with core.trustctime = false',
    () => {
      host.git('config', 'core.trustctime', 'false');
      host.git('config', 'core.checkStat', 'minimal');
      utimesSync(inTree('app.py'), 1_700_000_000, 1_700_000_000);
      host.git('update-index', '--refresh');
      changeUnseen('app.py', 'v = 9\n');
    },
  ],
  [
    'a split index',
    () => {
      host.git('update-index', '--split-index');
      host.git('update-index', '--assume-unchanged', 'app.py');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'a monitor that sees nothing',
    () => {
      host.write(pathOf('.git/hooks/monitor'), '#!/bin/sh\nprintf "token\\0"\n');
      chmodSync(inTree('.git/hooks/monitor'), 0o755);
      host.git('config', 'core.fsmonitor', '.git/hooks/monitor');
      host.git('update-index', '--fsmonitor');
      host.git('status');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'an untracked cache',
    () => {
      host.git('update-index', '--force-untracked-cache');
      host.git('status');
      write({ 'app.py': 'v = 9\n' });
    },
  ],
  [
    'the stored form that git calls clean',
    () => {
      host.git('config', 'core.autocrlf', 'input');
      write({ 'app.py': 'v = 1\r\n' });
    },
  ],
];

describe.each(hidden)('a change at the target hidden by %s', (_, hide) => {
  beforeEach(() => {
    commit({ 'app.py': 'v = 0\n' });
    versions();
    host.git('checkout', '--quiet', 'good');
    hide();
  });

  test('is found by the check, and the step takes it back', async () => {
    expect((await check()).report).toMatchObject({ at_target: false, differences: ['app.py'] });
    expect(await restore()).toMatchObject({ verdict: 'done' });
    expect(everything()['app.py']).toBe('644 v = 1\n');
    expect((await check()).report).toMatchObject({ at_target: true });
  });
});

function pipe(name: string): void {
  rmSync(inTree(name.split('/')[0] ?? ''), { recursive: true, force: true });
  mkdirSync(dirname(inTree(name)), { recursive: true });
  execFileSync('mkfifo', [inTree(name)]);
}
function socket(name: string): void {
  unlinkSync(inTree(name));
  const code = 'import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind(sys.argv[2])';
  execFileSync(python, ['-c', code, host.tree, name]);
}

/** [shape, what makes it, the reason] */
const refused: readonly [string, () => void, string][] = [
  [
    'a submodule at another commit, which git ignores',
    () => {
      const [, second] = submodule('lib');
      host.git('config', '-f', '.gitmodules', 'submodule.lib.ignore', 'all');
      host.git('add', '--force', '.gitmodules', 'lib');
      commit({ 'app.py': 'v = 1\n' }, 'good');
      host.git('-C', 'lib', 'checkout', '--quiet', second);
      host.git('add', '--force', 'lib');
      commit({ 'app.py': 'v = 2\n' });
    },
    'The submodule lib is not at ',
  ],
  [
    'a submodule with a changed file',
    () => {
      submodule('lib');
      host.git('add', '.gitmodules', 'lib');
      versions();
      write({ 'lib/algo.py': 'v = 9\n' });
    },
    'The submodule lib is not at ',
  ],
  [
    'a submodule that is not checked out',
    () => {
      submodule('lib');
      host.git('add', '.gitmodules', 'lib');
      versions();
      host.git('submodule', '--quiet', 'deinit', '--force', 'lib');
    },
    'The submodule lib is not at ',
  ],
  [
    'a submodule that only the failed version has',
    () => {
      versions();
      submodule('lib');
      host.git('add', '.gitmodules', 'lib');
      commit({});
    },
    'The target has no submodule lib, and no step removes one; nothing was touched',
  ],
  [
    'a filter that is not installed',
    () => versions({ '.gitattributes': '*.bin filter=upper\n', 'model.bin': 'good\n' }),
    "model.bin needs the filter upper, which the git of the tree's owner does not have; nothing was touched",
  ],
  [
    'a filter that fails, as that of LFS does without its object',
    () => {
      versions({ '.gitattributes': '*.bin filter=upper\n', 'model.bin': 'good\n' }, { 'model.bin': 'bad\n' });
      filter({ smudge: 'false', clean: 'cat' });
    },
    'model.bin: smudge filter upper failed',
  ],
  [
    'a partial clone',
    () => {
      versions();
      rmSync(looseObject('good:app.py'));
      host.git('config', 'extensions.partialClone', 'origin');
      host.git('config', 'core.repositoryFormatVersion', '1');
      host.git('config', 'remote.origin.promisor', 'true');
      host.git('config', 'remote.origin.url', 'git://127.0.0.1:1/x');
      host.git('config', 'protocol.git.allow', 'always');
    },
    'first app.py (a partial clone?); nothing was touched. Fetch them, then retry',
  ],
  [
    'a damaged object',
    () => {
      versions();
      chmodSync(looseObject('good:app.py'), 0o644);
      writeFileSync(looseObject('good:app.py'), 'damaged');
    },
    // git names the object's path, so the wrapper cuts what follows if the path of the tree is long.
    'The target cannot be written: git checkout-index failed: fatal: loose object',
  ],
  [
    'a folder in the repository that is not what its hash says: git reads it as it is',
    () => {
      versions({ 'risk/limits.py': 'limit = 100\n' }, { 'risk/limits.py': 'limit = 200\n' });
      replaceObject('good:risk', 'tree', folderOf('limits.py', host.git('rev-parse', 'HEAD:risk/limits.py')));
    },
    'The repository is damaged at object ',
  ],
  [
    'a file in the repository that is not what its hash says, and that a checkout converts',
    () => {
      versions({ '.gitattributes': '*.csv eol=crlf\n', 'limits.csv': '100\n' }, { 'limits.csv': '200\n' });
      replaceObject('good:limits.csv', 'blob', Buffer.from('999\n'));
    },
    'The target cannot be written: The repository is damaged at object ',
  ],
  [
    'files in another place than the repository',
    () => {
      versions();
      mkdirSync(join(host.root, 'elsewhere'));
      host.git('config', 'core.worktree', join(host.root, 'elsewhere'));
    },
    '(core.worktree); nothing was touched',
  ],
  [
    'a repository without files',
    () => {
      versions();
      host.git('config', 'core.bare', 'true');
    },
    'this operation must be run in a work tree',
  ],
  [
    'a link in the place of a folder',
    () => {
      versions({ 'lib/a.py': '1\n' });
      write({ 'other/a.py': '1\n' });
      rmSync(inTree('lib'), { recursive: true });
      symlinkSync('other', inTree('lib'));
    },
    'lib is a link, or is behind one, in the place of a folder; nothing was touched. Move it away',
  ],
  ...(
    [
      ['a pipe in the place of a tracked file', 'data', () => pipe('data')],
      ['a pipe in the place of a file that only the failed version has', 'new.py', () => pipe('new.py')],
      ['a pipe in the place of a folder', 'lib', () => pipe('lib')],
      ['a pipe in a folder in the place of a file', 'data/p', () => pipe('data/p')],
      ['a socket in the place of a tracked file', 'data', () => socket('data')],
    ] as const
  ).map(([shape, path, make]): (typeof refused)[number] => [
    shape,
    () => {
      versions({ data: '1\n', 'lib/a.py': '1\n' }, { 'new.py': '1\n' });
      make();
    },
    `${path} is a ${shape.split(' ')[1]}, neither a file nor a link; nothing was touched. Stop what uses it, remove it`,
  ]),
  [
    'a pipe in the way of a file that the failed version has not',
    () => {
      commit({ 'app.py': 'v = 1\n', run: '1\n' }, 'good');
      host.git('rm', '--quiet', 'run');
      commit({ 'app.py': 'v = 2\n' });
      pipe('run/p');
    },
    'run/p is a pipe, neither a file nor a link; nothing was touched',
  ],
  [
    'another git at work',
    () => {
      versions();
      write({ '.git/HEAD.lock': '' });
    },
    'HEAD.lock is there, so another git works in the tree or was killed; nothing was touched',
  ],
];

describe.each(refused)('%s', (_, make, reason) => {
  test('is refused by the plan and by the step, and nothing is touched', async () => {
    make();
    const before = readFileSync(inTree('app.py'), 'utf8');
    for (const found of [await plan(), await restore()])
      expect(found).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
    expect(readFileSync(inTree('app.py'), 'utf8')).toBe(before);
    expect(readFileSync(inTree('.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
    expect(readdirSync(join(host.state, 'r-1')).filter((name) => !/\.log$/.test(name))).toEqual([]);
    expect((await check()).report?.['at_target']).not.toBe(true);
  });
});

test('a tag that moves between two attempts is refused: the first attempt froze its commit', async () => {
  versions();
  await restore();
  rmSync(join(host.state, 'r-1/restore.json'));
  host.git('checkout', '--quiet', 'main');
  host.git('tag', '--force', 'good', 'main');
  expect(await restore()).toMatchObject({
    verdict: 'failed',
    reason: expect.stringMatching(
      /The tag good moved from \w{12} to \w{12} during the rollback; nothing more was touched/,
    ),
  });
});

describe.runIf(process.getuid?.() === 0)('a tree of another user', () => {
  beforeEach(() => {
    host.python = '/usr/bin/python3';
    versions({ 'strategies/a.py': '1\n' }, { 'strategies/a.py': '2\n' });
    execFileSync('chown', ['-R', '12345:12345', host.tree]);
  });

  test.each([
    ['a folder of root', 'strategies'],
    ["the log of git's HEAD", '.git/logs/HEAD'],
    ["git's own folder", '.git'],
  ])('with %s is refused, and nothing is touched', async (_, name) => {
    execFileSync('chown', ['0:0', inTree(name)]);
    const reason = `The owner of the tree may not change ${inTree(name)}; nothing was touched. Correct its owner`;
    for (const found of [await plan(), await restore()])
      expect(found).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
    expect(readFileSync(inTree('app.py'), 'utf8')).toBe('v = 2\n');
  });

  test('with a file that its owner may not read is refused by the check too', async () => {
    execFileSync('chown', ['0:0', inTree('app.py')]);
    chmodSync(inTree('app.py'), 0o600);
    expect((await check()).reason).toContain(`The owner of the tree may not read ${inTree('app.py')}`);
  });
});

test('restore.py refuses a pipe in the place of what it brings back, in a plan too', async () => {
  versions({ data: '1\n' }, { data: '2\n' });
  write({ 'notes/a': 'a\n' });
  await restore();
  const plannedBack = () =>
    host.verdict('restore.py', { SSM_Step: 'b', SSM_Mode: 'plan', SSM_Of: 'restore', SSM_Overwrite: 'yes' });
  for (const name of ['data', 'notes/a']) {
    pipe(name);
    for (const found of [await plannedBack(), await bringBack()])
      expect(found).toMatchObject({
        verdict: 'failed',
        reason: expect.stringContaining(`${name} is a pipe, neither a file nor a link; nothing was touched`),
      });
    rmSync(inTree(name));
  }
});
