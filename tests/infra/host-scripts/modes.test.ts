import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';

// The step and restore.py keep the mode, owner and group of a file that git writes anew.

const isRoot = process.getuid?.() === 0;
let host: Host;
beforeEach(() => {
  host = new Host();
  chmodSync(host.root, 0o755);
  mkdirSync(host.tree, { recursive: true });
  host.git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => host.remove());

const whole: Environment = { SSM_Step: 'restore', SSM_Target: 'good', SSM_Paths: '.', SSM_Copies: '' };
const restore = (env: Environment = {}) => host.verdict('restore-previous-version.py', { ...whole, ...env });
const bringBack = () =>
  host.verdict('restore.py', { SSM_Step: 'back', SSM_Kind: 'check', SSM_Of: 'restore', SSM_Overwrite: 'no' });
const inTree = (name: string) => join(host.tree, name);

function commit(files: Readonly<Record<string, string>>, tag?: string): void {
  for (const [name, text] of Object.entries(files)) host.write(`opt/trading/${name}`, text);
  host.git('add', '--force', '--all');
  host.git('commit', '--quiet', '--message', 'next');
  if (tag) host.git('tag', tag);
}
const versions = (...names: string[]) => {
  for (const [at, tag] of ['good', 'bad'].entries())
    commit(Object.fromEntries(['app.py', ...names].map((name) => [name, `${at}\n`])), tag);
};
/** Gives a file or folder a mode, and if the tests run as root a group of its own too. */
function give(name: string, mode: number, group = 1234): void {
  if (isRoot) chownSync(inTree(name), 0, group);
  chmodSync(inTree(name), mode);
}
const look = (name: string) => {
  const { mode, uid, gid } = lstatSync(inTree(name));
  return [(mode & 0o7777).toString(8), uid, gid];
};

/** [file or folder, its mode before] */
const kept: readonly [string, number][] = [
  ['secret.yaml', 0o600],
  ['shared.csv', 0o664],
  ['read-only.csv', 0o440],
  ['app.py', 0o666],
  ['closed/key.pem', 0o640],
  ['closed', 0o2750],
  ['run.sh', 0o750],
];
const files = kept.map(([name]) => name).filter((name) => name.includes('.'));

describe('a rollback and restore.py keep mode, owner and group of', () => {
  beforeEach(() => {
    versions(...files);
    // A mode that git tracks is a change of the file, so the step keeps a copy of run.sh.
    for (const [name, mode] of kept) give(name, mode);
  });

  test.each(kept)('%s with mode %o', async (name, mode) => {
    const before = look(name);
    expect(await restore()).toMatchObject({ verdict: 'done' });
    expect(readFileSync(inTree('app.py'), 'utf8')).toBe('0\n');
    // The target's run.sh is no program.
    expect(look(name)).toEqual(name === 'run.sh' ? ['640', ...before.slice(1)] : before);
    expect(await bringBack()).toMatchObject({ verdict: 'done' });
    expect(readFileSync(inTree('app.py'), 'utf8')).toBe('1\n');
    expect(look(name)).toEqual([mode.toString(8), ...before.slice(1)]);
  });

  test('the files of some paths', async () => {
    const before = ['shared.csv', 'closed/key.pem'].map(look);
    expect(await restore({ SSM_Paths: 'shared.csv closed' })).toMatchObject({ verdict: 'done' });
    expect(readFileSync(inTree('closed/key.pem'), 'utf8')).toBe('0\n');
    expect(['shared.csv', 'closed/key.pem'].map(look)).toEqual(before);
  });

  test('the target of a copy', async () => {
    const before = look('shared.csv');
    expect(await restore({ SSM_Paths: 'app.py', SSM_Copies: 'app.py>shared.csv' })).toMatchObject({ verdict: 'done' });
    expect(look('shared.csv')).toEqual(before);
  });
});

test('files and folders that only the target has are for every user to read, and so are those of git', async () => {
  commit({ 'app.py': '0\n', 'lib/new/a.py': '0\n', 'lib/run.sh': '0\n' });
  chmodSync(inTree('lib/run.sh'), 0o755);
  commit({}, 'good');
  rmSync(inTree('lib'), { recursive: true });
  commit({ 'app.py': '1\n' });
  expect(await restore()).toMatchObject({ verdict: 'done' });
  const modes = ['lib', 'lib/new', 'lib/new/a.py', 'lib/run.sh', '.git/index', '.git/HEAD'].map(
    (name) => look(name)[0],
  );
  expect(modes).toEqual(['755', '755', '644', '755', '644', '644']);
});

test('a file of credentials is not for every user to read while git works', async () => {
  versions('secret.yaml', 'z.bin');
  commit({ '.gitattributes': '*.bin filter=look\n' });
  commit({ 'secret.yaml': '0\n', 'z.bin': '0\n' });
  host.git('tag', '--force', 'good');
  commit({ 'secret.yaml': '1\n', 'z.bin': '1\n' });
  const seen = join(host.root, 'seen');
  host.git('config', 'filter.look.smudge', `stat -c %a ${inTree('secret.yaml')} 2>/dev/null >> ${seen}; cat`);
  chmodSync(inTree('secret.yaml'), 0o600);
  expect(await restore()).toMatchObject({ verdict: 'done' });
  expect(new Set(readFileSync(seen, 'utf8').trim().split('\n'))).toEqual(new Set(['600']));
});

describe('a retry after a kill between the checkout and the modes gives them', () => {
  beforeEach(async () => {
    versions('shared.csv');
    give('shared.csv', 0o664);
  });

  test('in the step', async () => {
    const before = look('shared.csv');
    await restore();
    for (const name of ['app.py', 'shared.csv']) give(name, 0o600, 0);
    rmSync(join(host.state, 'r-1/restore.json'));
    expect(await restore()).toMatchObject({ verdict: 'done' });
    expect([look('shared.csv'), look('app.py')[0]]).toEqual([before, '644']);
  });

  test('in restore.py', async () => {
    const before = look('shared.csv');
    await restore();
    expect(await bringBack()).toMatchObject({ verdict: 'done' });
    for (const name of ['app.py', 'shared.csv']) give(name, 0o600, 0);
    const [mode, uid, gid] = before;
    const wanted = { 'shared.csv': { mode: Number.parseInt(String(mode), 8), uid, gid } };
    writeFileSync(join(host.state, 'r-1/back.modes'), JSON.stringify(wanted));
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 1 } });
    expect([look('shared.csv'), look('app.py')[0]]).toEqual([before, '644']);
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 0 } });
  });
});

test('a file that a person closed after the step stays closed when restore.py brings its content back', async () => {
  versions('secret.yaml');
  await restore();
  chmodSync(inTree('secret.yaml'), 0o600);
  expect(await bringBack()).toMatchObject({ verdict: 'done' });
  expect([look('secret.yaml')[0], readFileSync(inTree('secret.yaml'), 'utf8')]).toEqual(['600', '1\n']);
});

test.skipIf(!isRoot)('reset-configuration keeps mode and group of the file that it replaces', async () => {
  host.write('opt/trading/config/backup.json', '{}');
  host.write('opt/trading/config/now.json', '{"a":1}');
  give('config/now.json', 0o640);
  const before = look('config/now.json');
  const env = { SSM_Step: 's', SSM_From: 'config/backup.json', SSM_To: 'config/now.json' };
  expect(await host.verdict('reset-configuration.py', env)).toMatchObject({ verdict: 'done' });
  expect([look('config/now.json'), host.read('opt/trading/config/now.json')]).toEqual([before, '{}']);
});
