import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript, printing } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const look = (text: string) => {
  host = hostWithScript(text);
  return host.verdict('health.py', { SSM_Kind: 'check', SSM_Script: 'scripts/script.py' });
};
const healthy = { verdict: 'HEALTHY', healthy: true, failed: [], trading: 'running' };
const ill = { verdict: 'UNHEALTHY', healthy: false, failed: ['trading'], trading: 'halted' };

describe('a look at the health', () => {
  test('is done when the system is healthy', async () =>
    expect(await look(`import sys\nassert sys.argv[1:] == ['--quick']\n${printing(healthy)}`)).toMatchObject({
      verdict: 'done',
      report: healthy,
    }));

  test('is done when it is not, and says so', async () =>
    expect(await look(printing(ill, 1))).toMatchObject({ verdict: 'done', report: ill }));

  test('shows a failed check first, where not all have room', async () => {
    const long = { ok: true, text: 'x'.repeat(700) };
    const checks = { one: long, two: long, errors: { ok: false, corrupt_rows: 12, note: 'y'.repeat(500) } };
    const { report } = await look(printing({ ...ill, failed: ['errors'], checks }, 1));
    expect(report).toMatchObject({ errors: { corrupt_rows: 12 }, one: { text: long.text }, two: 'too long' });
  });

  test.each([
    ['could not tell', printing({ verdict: 'INCONCLUSIVE', inconclusive: 'no tick' }, 2), 'could not tell: no tick'],
    ['says healthy and exits 1', printing(healthy, 1), 'says HEALTHY and exited with 1'],
    ['says unhealthy and exits 0', printing(ill), 'says UNHEALTHY and exited with 0'],
    ['says nothing', 'pass', 'without one JSON object'],
  ])('fails where the script %s', async (_, text, reason) => {
    expect(await look(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });
});
