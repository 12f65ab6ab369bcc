import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contents } from './contents.ts';
import { type Environment, type Host, python } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const client = 'tasks/options_trading_system/data_ingestion/databento_api';
const flow = 'tasks/options_trading_system/analysis_engine/institutional_flow_v3';
const phase1: Environment = {
  SSM_Step: 'restore-previous-version',
  SSM_Target: 'pre-phase1-stable',
  SSM_Paths: '.',
  SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
};
const phase2: Environment = { ...phase1, SSM_Target: 'phase2-rollback', SSM_Paths: flow, SSM_Copies: '' };
const quarantine = 'var/lib/rollback/r-1/quarantine/restore-previous-version';

const restore = (env: Environment = {}) => host.verdict('restore-previous-version.py', { ...phase1, ...env });
const commitOf = (tag: string) => host.git('rev-parse', tag);
const inTree = (path: string) => host.read(`opt/trading/${path}`);
const change = (path: string, text: string) => host.write(`opt/trading/${path}`, text);

describe('the commit that the rollback has frozen for all hosts', () => {
  const asks = { SSM_Step: 'target-commit', SSM_Kind: 'check', SSM_Mode: 'plan', SSM_Variant: 'quick' };

  test('is reported by a quick plan, which does nothing else', async () => {
    change('integration.py', 'changed by hand');
    const before = contents(host.root);
    expect(await restore(asks)).toMatchObject({
      verdict: 'done',
      report: { to: 'pre-phase1-stable', commit: commitOf('pre-phase1-stable') },
    });
    expect(contents(host.root)).toEqual(before);
  });

  test('is not reported if the tag is missing', async () => {
    host.git('tag', '-d', 'pre-phase1-stable');
    expect(await restore(asks)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('no tag') });
  });

  test('is restored if the tag names it', async () => {
    const SSM_Commit = commitOf('pre-phase1-stable');
    expect(await restore({ SSM_Commit })).toMatchObject({ verdict: 'done', report: { commit: SSM_Commit } });
  });

  test('is refused if the tag names another one, and nothing is touched', async () => {
    host.git('tag', '--force', 'pre-phase1-stable', 'v1.3.1');
    const before = host.git('rev-parse', 'HEAD');
    expect(await restore({ SSM_Commit: commitOf('v1.0.0') })).toMatchObject({
      verdict: 'failed',
      reason: `restore-previous-version.py exited with 1: The tag pre-phase1-stable names ${commitOf('v1.3.1').slice(0, 12)} here, but the rollback restores ${commitOf('v1.0.0').slice(0, 12)}; nothing was touched. Fetch the right tag`,
    });
    expect(host.git('rev-parse', 'HEAD')).toBe(before);
  });
});

describe('restoring the whole tree', () => {
  test('moves it to the tag and reports the version before', async () => {
    expect(await restore()).toMatchObject({
      verdict: 'done',
      report: { from: 'v1.4.0', to: 'pre-phase1-stable', commit: commitOf('pre-phase1-stable'), quarantined: 0 },
    });
    expect(host.git('rev-parse', 'HEAD')).toBe(commitOf('pre-phase1-stable'));
    expect(inTree('VERSION')).toBe('1.0.0\n');
  });

  test('removes the files that later versions added', async () => {
    await restore();
    expect(existsSync(join(host.tree, flow))).toBe(false);
  });

  test('keeps the mode of a folder whose files are all replaced, and so does restore.py', async () => {
    const folder = join(host.tree, flow, 'alone');
    const commit = (name: string) => {
      host.git('add', flow);
      host.git('commit', '--quiet', '--message', name);
      host.git('tag', name);
    };
    change(`${flow}/alone/first.py`, '');
    commit('first');
    host.git('mv', `${flow}/alone/first.py`, `${flow}/alone/second.py`);
    commit('second');
    chmodSync(folder, 0o770);
    const found = () => [readdirSync(folder), (lstatSync(folder).mode & 0o7777).toString(8)];
    expect(await restore({ SSM_Target: 'first', SSM_Copies: '' })).toMatchObject({ verdict: 'done' });
    expect(found()).toEqual([['first.py'], '770']);
    const back = { SSM_Step: 'restore', SSM_Of: 'restore-previous-version', SSM_Overwrite: 'no', SSM_Kind: 'check' };
    expect(await host.verdict('restore.py', back)).toMatchObject({ verdict: 'done' });
    expect(found()).toEqual([['second.py'], '770']);
  });

  test('makes the copied file equal to its source as tagged', async () => {
    change(`${client}/solution_backup.py`, 'not the certified one');
    await restore();
    expect(inTree(`${client}/solution.py`)).toBe(
      `${host.git('show', `pre-phase1-stable:${client}/solution_backup.py`)}\n`,
    );
  });

  test('changes nothing the second time', async () => {
    await restore();
    const before = [host.git('status', '--short'), statSync(join(host.tree, client, 'solution.py')).mtimeMs];
    const again = await restore({ SSM_RollbackId: 'r-2' });
    expect(again.report).toMatchObject({ from: 'pre-phase1-stable', quarantined: 0 });
    expect([host.git('status', '--short'), statSync(join(host.tree, client, 'solution.py')).mtimeMs]).toEqual(before);
    expect(readdirSync(join(host.state, 'r-2')).filter((name) => !/\.(lock|log|json)$/.test(name))).toEqual([]);
  });

  test('leaves the data alone', async () => {
    const before = contents(join(host.tree, 'outputs'));
    await restore();
    expect(contents(join(host.tree, 'outputs'))).toEqual(before);
  });
});

describe('restoring some paths', () => {
  test('leaves the rest of the tree and the branch where they are', async () => {
    expect((await restore(phase2)).report).toMatchObject({ from: 'v1.4.0', to: 'phase2-rollback' });
    expect(host.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(inTree('VERSION')).toBe('1.4.0\n');
    expect(inTree(`${flow}/solution.py`)).toContain('v3.0 in waiting');
  });

  test('removes the files that the failed version added there', async () => {
    await restore(phase2);
    expect(readdirSync(join(host.tree, flow))).toEqual(['solution.py']);
  });
});

describe('a dirty tree', () => {
  test('is copied first: changed files, untracked files, and a patch', async () => {
    change('integration.py', 'changed by hand\n');
    change('notes/todo.txt', 'untracked\n');
    expect((await restore()).report).toMatchObject({ quarantined: 2 });
    expect(host.read(`${quarantine}/files/integration.py`)).toBe('changed by hand\n');
    expect(host.read(`${quarantine}/files/notes/todo.txt`)).toBe('untracked\n');
    host.git('checkout', '--quiet', '--force', 'v1.4.0');
    host.git('apply', join(host.root, quarantine, 'dirty.patch'));
    expect(inTree('integration.py')).toBe('changed by hand\n');
  });

  test.each(['--assume-unchanged', '--skip-worktree'])('is found even if a file has the flag %s', async (flag) => {
    host.git('update-index', flag, 'VERSION');
    change('VERSION', 'local\n');
    await restore();
    expect(host.read(`${quarantine}/files/VERSION`)).toBe('local\n');
    expect(inTree('VERSION')).toBe('1.0.0\n');
  });

  test('has an ignored file copied that the tag would overwrite', async () => {
    host.git('checkout', '--quiet', 'pre-phase1-stable');
    change('outputs/seed.json', 'tagged\n');
    host.git('add', '--force', 'outputs/seed.json');
    host.git('commit', '--quiet', '-m', 'seed');
    host.git('tag', '--force', 'pre-phase1-stable');
    host.git('checkout', '--quiet', 'main');
    change('outputs/seed.json', 'live data\n');
    await restore();
    expect(host.read(`${quarantine}/files/outputs/seed.json`)).toBe('live data\n');
  });

  test('has a link copied as a link', async () => {
    symlinkSync('/etc/hostname', join(host.tree, 'link'));
    await restore();
    expect(lstatSync(join(host.root, quarantine, 'files/link')).isSymbolicLink()).toBe(true);
  });

  test('does not overwrite a copy of an earlier attempt with the same name', async () => {
    host.write(`${quarantine}/files/integration.py`, 'of the first attempt\n');
    change('integration.py', 'of the second\n');
    await restore();
    expect(host.read(`${quarantine}/files/integration.py`)).toBe('of the first attempt\n');
    expect(host.read(`${quarantine}/files/integration.py.2`)).toBe('of the second\n');
  });
});

describe('a restore that cannot be done', () => {
  test.each([
    ['a missing tag', { SSM_Target: 'pre-phase9' }, 'There is no tag pre-phase9 in the tree; nothing was touched'],
    [
      'a missing tag that a preparation made, which no remote has',
      { SSM_Target: 'rollback/phase-1/before-v9', SSM_Commit: 'cdfd936cf185' },
      'nothing was touched. No remote has it; make it again: git tag rollback/phase-1/before-v9 cdfd936cf185, then retry',
    ],
    ['a path that the tag lacks', { SSM_Paths: 'VERSION none.py' }, 'none.py is not in the target version'],
    ['a path out of the tree', { SSM_Paths: '../etc' }, '../etc is not a path inside the tree; nothing was touched'],
    ['a copy without a source', { SSM_Copies: 'none.py>integration.py' }, 'none.py is not in the target version'],
    ['half a copy', { SSM_Copies: 'integration.py' }, 'SSM_Copies must be from>to pairs, found integration.py'],
    ['no tree', { SSM_Tree: 'opt/none' }, 'There is no tree at opt/none'],
    ['a tree that is no repository', { SSM_Tree: 'opt' }, 'git rev-parse failed: fatal: not a git repository'],
  ])('changes nothing and reports the reason: %s', async (_, env, reason) => {
    change('integration.py', 'changed by hand\n');
    expect(await restore(env)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
    expect(host.git('rev-parse', 'HEAD')).toBe(commitOf('v1.4.0'));
    expect(inTree('integration.py')).toBe('changed by hand\n');
    expect(existsSync(join(host.root, quarantine))).toBe(false);
  });

  test.each([
    ['a tree', 'HEAD^{tree}', 'tree'],
    ['a file', 'HEAD:integration.py', 'blob'],
  ])('names what the tag points to, if that is %s', async (_, at, kind) => {
    host.git('tag', '--force', '--annotate', '--message', 'x', 'pre-phase1-stable', at);
    expect((await restore()).reason).toContain(
      `The tag pre-phase1-stable points to a ${kind}, not to a commit; nothing`,
    );
  });

  test('changes nothing if the copy would land behind a link out of the tree', async () => {
    symlinkSync('/tmp', join(host.tree, 'outside'));
    const copies = `${client}/solution_backup.py>outside/solution.py`;
    expect((await restore({ SSM_Copies: copies })).reason).toContain('outside/solution.py leads out of the tree');
    expect(inTree('VERSION')).toBe('1.4.0\n');
  });
});

describe('git', () => {
  test('runs no hooks of the tree', async () => {
    const hook = change('.git/hooks/post-checkout', '#!/bin/sh\ntouch hooked\n');
    chmodSync(hook, 0o755);
    await restore();
    expect(existsSync(join(host.tree, 'hooked'))).toBe(false);
  });

  test('runs no monitor that the tree names: git would run it on every read of the files', async () => {
    const monitor = change('.git/watch', '#!/bin/sh\ntouch watched\n');
    chmodSync(monitor, 0o755);
    host.git('config', 'core.fsmonitor', '.git/watch');
    await restore();
    expect(existsSync(join(host.tree, 'watched'))).toBe(false);
  });

  test('that was killed during its checkout does not block the retry', async () => {
    change('.git/index.lock', '');
    change('.git/HEAD.lock', '');
    host.write('var/lib/rollback/r-1/restore-previous-version.git', '');
    expect((await restore()).verdict).toBe('done');
  });

  test("of another user keeps its lock, and the step fails with git's own message", async () => {
    change('.git/index.lock', '');
    expect((await restore()).reason).toContain('index.lock');
    expect(existsSync(join(host.tree, '.git/index.lock'))).toBe(true);
  });

  test('that was killed after its work: the retry still reports the version before and the copies', async () => {
    change('integration.py', 'changed by hand\n');
    const first = await host.run('restore-previous-version.py', phase1);
    rmSync(join(host.state, 'r-1/restore-previous-version.json'));
    expect(await host.run('restore-previous-version.py', phase1)).toEqual(first);
    expect(JSON.parse(first.stdout).report).toMatchObject({ from: 'v1.4.0', quarantined: 1 });
  });

  // The agent runs as root, and another user owns the tree. Only root can build such a tree.
  test.runIf(process.getuid?.() === 0)("gives every file to the tree's owner", async () => {
    chmodSync(host.root, 0o755);
    execFileSync('chown', ['-R', '12345:12345', host.tree]);
    change('integration.py', 'changed by root\n');
    expect(await restore()).toMatchObject({ verdict: 'done', report: { quarantined: 1 } });
    const others = execFileSync('find', [host.tree, '!', '-user', '12345'], { encoding: 'utf8' });
    expect(others).toBe('');
  });
});

test('many untracked files are flushed to disk together: one by one, 20,000 would outlast the step', () => {
  for (let at = 0; at < 60; at += 1) change(`var/f${at}`, `${at}`);
  mkdirSync(join(host.root, 'var/lib/rollback'), { recursive: true, mode: 0o700 });
  const script = join(import.meta.dirname, '../../../infra/host-scripts/restore-previous-version.py');
  const counted = `import atexit, os, runpy, sys
flush, count = os.fsync, []
os.fsync = lambda file: (count.append(file), flush(file))
atexit.register(lambda: print(len(count), file=sys.stderr))
sys.path.insert(0, os.path.dirname(sys.argv[1]))
runpy.run_path(sys.argv[1], run_name='__main__')`;
  const env = { PATH: '/usr/bin:/bin', SSM_RollbackId: 'r-1', SSM_Mode: 'live', SSM_Tree: 'opt/trading', ...phase1 };
  const { stdout, stderr } = spawnSync(python, ['-B', '-c', counted, script], {
    cwd: host.root,
    env: { ...env, SSM_State: 'var/lib/rollback' },
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toMatchObject({ quarantined: 60, lost: false });
  expect(Number(stderr.trim().split('\n').at(-1))).toBeLessThan(60);
});
