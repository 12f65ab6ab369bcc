import { appendFileSync, chmodSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { truthReport } from '../../../domain/truth/compare-hosts.ts';
import { contents } from './contents.ts';
import type { Environment, Host } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const compare = (env: Environment = {}) =>
  host.verdict('compare-fleet.py', {
    ...{ SSM_RollbackId: 'truth_a', SSM_Step: 'compare-fleet', SSM_Kind: 'check', SSM_Mode: 'plan', SSM_Fence: '0' },
    ...env,
  });
const reported = async (env: Environment = {}) => truthReport.parse((await compare(env)).report);
const inTree = (path: string) => join(host.root, 'opt/trading', path);

test('reports the commit, its version, and that no file differs', async () => {
  expect(await reported()).toEqual({
    ...{ commit: host.git('rev-parse', 'HEAD'), version: 'v1.4.0', has: [] },
    ...{ changed: 0, content: '', files: [], flags: {}, build: null },
    ...{ process: null, held: null, back: [], moved_by: null },
  });
});

test('has a version and every earlier one, not a later one; of a tag that it lacks nothing is known', async () => {
  const versions = { SSM_Versions: 'v1.4.0 v1.3.1 v9' };
  expect((await reported(versions)).has).toEqual([true, true, null]);
  host.git('checkout', '-q', 'v1.3.1');
  expect(await reported(versions)).toMatchObject({ version: 'v1.3.1', has: [false, true, null] });
});

test('has a version that was taken back if its commit is there, or its content on the paths; and who moved the tree', async () => {
  const undone = { SSM_Undone: 'v1.4.0 v1.3.1:integration.py v1.4.0:VERSION v9' };
  expect(await reported(undone)).toMatchObject({ back: [true, true, true, null] });
  host.git('checkout', '-q', 'v1.0.0');
  expect(await reported(undone)).toMatchObject({ back: [false, false, false, null], moved_by: 'Ana' });
  host.git('checkout', '-q', 'v1.4.0', '--', 'VERSION');
  expect((await reported(undone)).back).toEqual([false, false, true, null]);
});

test('finds a process that started before the checkout, and one of which that is unknown', async () => {
  const systemctl = (pid: number) => {
    host.write('bin/systemctl', `#!/bin/sh\necho MainPID=${pid}\n`);
    chmodSync(join(host.root, 'bin/systemctl'), 0o755);
    return { SSM_Process: 'trading.service', PATH: `${join(host.root, 'bin')}:/usr/bin:/bin` };
  };
  const moved = (seconds: number) => {
    const at = Date.now() / 1000 + seconds;
    utimesSync(inTree('.git/HEAD'), at, at);
  };
  moved(-86_400);
  expect((await reported(systemctl(process.pid))).process).toBe('');
  moved(60);
  expect((await reported(systemctl(process.pid))).process).toContain('started before the checkout');
  expect((await reported(systemctl(0))).process).toBe('unknown when the process started: trading.service runs none');
});

test('finds a file that was changed or removed, and its content decides the hash', async () => {
  const [first = '', second = ''] = host.git('ls-files', '*.py').split('\n');
  appendFileSync(inTree(first), '# by hand\n');
  const one = await reported();
  expect(one).toMatchObject({ changed: 1, files: [first] });
  appendFileSync(inTree(first), '# more\n');
  rmSync(inTree(second));
  const other = await reported();
  expect([other.changed, other.content === one.content]).toEqual([2, false]);
  expect(await reported({ SSM_Own: `${first} ${second}` })).toMatchObject({ changed: 0, content: '' });
});

test('reports the build that the process wrote, or that it cannot be read', async () => {
  writeFileSync(join(host.root, 'build'), 'v1.4.0-7\nmore\n');
  expect((await reported({ SSM_Build: join(host.root, 'build') })).build).toBe('v1.4.0-7');
  expect((await reported({ SSM_Build: join(host.root, 'none') })).build).toBe('not readable: FileNotFoundError');
});

test('changes nothing, and refuses to run in another mode', async () => {
  const before = contents(host.root);
  await compare({ SSM_Versions: 'v1.4.0' });
  expect(contents(host.root)).toEqual(before);
  expect(await compare({ SSM_Mode: 'live' })).toMatchObject({
    verdict: 'failed',
    reason: expect.stringContaining('only looks'),
  });
});

test('reads every file if asked, so that one that hides from git by a bit in the index or by its stat is found', async () => {
  const [first = '', second = ''] = host.git('ls-files', '*.py').split('\n');
  host.git('update-index', '--assume-unchanged', first);
  appendFileSync(inTree(first), '# hidden\n');
  const { mtime, atime } = statSync(inTree(second));
  const text = readFileSync(inTree(second), 'utf8');
  writeFileSync(inTree(second), text.replace(/[a-z]/, 'Z'));
  utimesSync(inTree(second), atime, mtime);
  expect((await reported()).files).not.toContain(first);
  expect(await reported({ SSM_Full: 'yes' })).toMatchObject({ changed: 2, files: [first, second].toSorted() });
  expect(await reported({ SSM_Full: 'yes', SSM_Own: `${first} ${second}` })).toMatchObject({ changed: 0, content: '' });
});
