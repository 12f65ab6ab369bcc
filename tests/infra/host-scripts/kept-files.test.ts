import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';

// The files that the customer's own code writes (SSM_Keeps) come back byte for byte, links included.

let host: Host;
beforeEach(() => {
  host = new Host();
  host.write('opt/trading/config/shared/live.json', '{"limit": 1}');
  symlinkSync('shared/live.json', join(host.tree, 'config/live.json'));
});
afterEach(() => host.remove());

const run = (code: string, env: Environment = {}) => {
  host.write('opt/trading/scripts/own.py', code);
  return host.verdict('run-customer-script.py', {
    SSM_Step: 's',
    SSM_Script: 'scripts/own.py',
    SSM_Arguments: '',
    SSM_Keeps: 'config/live.json',
    ...env,
  });
};
const bringBack = (overwrite = 'no') =>
  host.verdict('restore.py', { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: overwrite });
const linked = () => readlinkSync(join(host.tree, 'config/live.json'));

describe('a kept file that is a link comes back with what it leads to, if the code', () => {
  test.each([
    ['writes through the link', `open('config/live.json', 'w').write('{"limit": 9}')`],
    [
      'replaces the link by a file',
      `import os; open('config/new', 'w').write('{"limit": 9}'); os.replace('config/new', 'config/live.json')`,
    ],
    ['removes both', `import os; os.remove('config/shared/live.json'); os.remove('config/live.json')`],
  ])('%s', async (_, code) => {
    expect(await run(code)).toMatchObject({ verdict: 'done', report: { lost: false } });
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { overwritten: 0 } });
    expect(host.read('opt/trading/config/shared/live.json')).toBe('{"limit": 1}');
    expect(linked()).toBe('shared/live.json');
  });
});

test('what the code creates behind a link that led nowhere goes away again', async () => {
  mkdirSync(join(host.tree, 'config/empty'));
  symlinkSync('empty/new.json', join(host.tree, 'config/none.json'));
  await run(`open('config/none.json', 'w').write('new')`, { SSM_Keeps: 'config/none.json' });
  expect((await bringBack()).verdict).toBe('done');
  expect(lstatSync(join(host.tree, 'config/empty/new.json'), { throwIfNoEntry: false })).toBeUndefined();
  expect(readlinkSync(join(host.tree, 'config/none.json'))).toBe('empty/new.json');
});

test('a link that leads out of the tree is refused before the code runs, because nothing could bring its file back', async () => {
  host.write('etc/limits.json', '{}');
  symlinkSync('../../../etc/limits.json', join(host.tree, 'config/far.json'));
  const { verdict, reason } = await run(`open('config/far.json', 'w').write('broken')`, {
    SSM_Keeps: 'config/far.json',
  });
  expect(verdict).toBe('failed');
  expect(reason).toContain(
    'config/far.json is a link that leads out of the tree; nothing was run. Replace it by the file itself',
  );
  expect(host.read('etc/limits.json')).toBe('{}');
});

test('a plan names what a link leads to as well', async () => {
  expect((await run('', { SSM_Mode: 'plan' })).report).toMatchObject({
    would_copy: { 'config/live.json': { count: 1, bytes: 16 }, 'config/shared/live.json': { count: 1, bytes: 12 } },
  });
});
