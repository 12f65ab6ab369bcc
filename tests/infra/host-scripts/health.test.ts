import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript, printing } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const check = (text: string) => {
  host = hostWithScript(text);
  return host.verdict('health.py', { SSM_Kind: 'check', SSM_Script: 'scripts/script.py' });
};
const healthy = { verdict: 'HEALTHY', healthy: true, failed: [], trading: 'running' };
const ill = { verdict: 'UNHEALTHY', healthy: false, failed: ['trading'], trading: 'halted' };

describe('a health check', () => {
  test('is done when the system is healthy', async () =>
    expect(await check(`import sys\nassert sys.argv[1:] == ['--quick']\n${printing(healthy)}`)).toMatchObject({
      verdict: 'done',
      report: healthy,
    }));

  test('is done when the system is unhealthy, and reports that', async () =>
    expect(await check(printing(ill, 1))).toMatchObject({ verdict: 'done', report: ill }));

  test.each([
    ['the commit of the target', { build: 'c'.repeat(12) }, 'confirm-health', undefined],
    [
      'another commit',
      { build: 'd'.repeat(12) },
      'confirm-health',
      'the process runs build dddddddddddd, not cccccccccccc',
    ],
    ['a build that is not known', { build: null }, 'confirm-health', 'unknown which build the process runs'],
    ['another commit, long after the rollback', { build: 'd'.repeat(12) }, 'look-health', undefined],
    ['no build', {}, 'confirm-health', undefined],
  ])('that reports %s confirms only the target', async (_, more, step, reason) => {
    host = hostWithScript(printing({ ...healthy, ...more }));
    const env = { SSM_Step: step, SSM_Target: 'v1', SSM_Commit: 'c'.repeat(40), SSM_Paths: '.', SSM_Kind: 'check' };
    const found = await host.verdict('health.py', { ...env, SSM_Script: 'scripts/script.py' });
    if (reason === undefined) expect(found.verdict).toBe('done');
    else expect(found).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });

  test('shows failed checks first if not all checks fit', async () => {
    const long = { ok: true, text: 'x'.repeat(700) };
    const checks = { one: long, two: long, errors: { ok: false, corrupt_rows: 12, note: 'y'.repeat(500) } };
    const { report } = await check(printing({ ...ill, failed: ['errors'], checks }, 1));
    expect(report).toMatchObject({ errors: { corrupt_rows: 12 }, one: { text: long.text }, two: 'too long' });
  });

  test.each([
    ['is inconclusive', printing({ verdict: 'INCONCLUSIVE', inconclusive: 'no tick' }, 2), 'is inconclusive: no tick'],
    ['reports healthy and exits 1', printing(healthy, 1), 'reports HEALTHY but exited with 1'],
    ['reports unhealthy and exits 0', printing(ill), 'reports UNHEALTHY but exited with 0'],
    ['prints nothing', 'pass', 'without one JSON object'],
    ['prints a log line', 'print("starting")', 'without one JSON object: it printed "starting"'],
    ['prints a list', 'print("[1]")', 'without one JSON object: it printed "[1]"'],
    [
      'has a key twice',
      `print('{"healthy": false, "healthy": true, "verdict": "HEALTHY"}')`,
      'it printed a report, but it has the key healthy twice',
    ],
    [
      'reports healthy as a text',
      printing({ ...healthy, healthy: 'true' }),
      'reports `healthy` as "true", not as true or false; correct the script',
    ],
    [
      'contradicts itself',
      printing({ ...healthy, healthy: false }),
      'reports HEALTHY, but `healthy` as false; correct the script',
    ],
  ])('fails if the script %s', async (_, text, reason) => {
    expect(await check(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});
