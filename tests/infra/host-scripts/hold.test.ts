import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostWithScript } from './customer-script.ts';
import type { Environment, Host } from './host.ts';

const script = `import os, sys
with open('held.log', 'a') as log:
    log.write(sys.argv[-1] + '\\n')
sys.exit(os.path.exists('broken'))
`;
let host: Host;
beforeEach(() => {
  host = hostWithScript(script);
});
afterEach(() => host.remove());

const hold = (env: Environment = {}) =>
  host.verdict('hold.py', {
    SSM_Step: 'hold-deployments',
    SSM_Kind: 'beside',
    SSM_Script: 'scripts/script.py',
    ...env,
  });
const letGo = (of = 'r-1') => hold({ SSM_Held: of });
const log = () => host.read('opt/trading/held.log').trim().split('\n');
const isHeld = () => existsSync(join(host.state, 'held.json'));

test('deployments are held and let go, each as often as asked', async () => {
  expect(await hold()).toMatchObject({ verdict: 'done', report: { held_by: 'r-1' } });
  await hold();
  expect(await letGo()).toMatchObject({ verdict: 'done', report: { held_by: null } });
  expect(await letGo()).toMatchObject({ verdict: 'done', report: { held_by: null } });
  expect([log(), isHeld()]).toEqual([['--hold', '--hold', '--release'], false]);
});

test('a newer rollback goes on holding when an older one lets go', async () => {
  await hold();
  await hold({ SSM_RollbackId: 'r-2' });
  expect(await letGo('r-1')).toMatchObject({ verdict: 'done', report: { held_by: 'r-2' } });
  expect(log()).toEqual(['--hold', '--hold']);
});

test('a script that failed is let go all the same, and the note stays until that has worked', async () => {
  host.write('opt/trading/broken', '');
  expect(await hold()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('--hold exited with 1') });
  expect(await letGo()).toMatchObject({ verdict: 'failed' });
  expect(isHeld()).toBe(true);
  await host.verdict('hold.py', { SSM_Step: 'h', SSM_Kind: 'beside', SSM_Script: 'scripts/none.py', SSM_Held: 'r-1' });
  expect(isHeld()).toBe(true);
});

test('waits for no step, and plans without a change', async () => {
  expect(await hold({ SSM_Mode: 'plan', SSM_Arguments: '--all' })).toMatchObject({
    report: { would_run: ['python scripts/script.py --all --hold'] },
  });
  expect(isHeld()).toBe(false);
  await hold();
  expect(existsSync(join(host.state, 'fence'))).toBe(false);
});
