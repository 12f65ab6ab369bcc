import { afterEach, describe, expect, test } from 'vitest';
import { hostWithScript, printing } from './customer-script.ts';
import type { Host } from './host.ts';

let host: Host;
afterEach(() => host.remove());

const verify = (text: string) => {
  host = hostWithScript(text);
  return host.verdict('verify-system-health.py', { SSM_Script: 'scripts/script.py' });
};
const healthy = { verdict: 'HEALTHY', healthy: true, failed: [], checks: { errors: { ok: true, corrupt_rows: 0 } } };
const ill = {
  verdict: 'UNHEALTHY',
  healthy: false,
  failed: ['errors'],
  checks: { errors: { ok: false, corrupt_rows: 12 } },
};

describe('verifying health', () => {
  test("is done with the numbers if the customer's script reports healthy and exits 0", async () =>
    expect(await verify(`import sys\nassert sys.argv[1:] == ['--comprehensive']\n${printing(healthy)}`)).toMatchObject({
      verdict: 'done',
      report: { healthy: true, verdict: 'HEALTHY', failed: [], errors: { corrupt_rows: 0 } },
    }));

  test.each([
    ['is unhealthy', printing(ill, 1), 'Unhealthy (exit 1): errors {"corrupt_rows": 12}'],
    ['is unhealthy and exits 0', printing(ill), 'Unhealthy (exit 0): errors {"corrupt_rows": 12}'],
    ['reports healthy and exits 1', printing(healthy, 1), 'Healthy (exit 1): expected exit 0 and "healthy": true'],
    ['is inconclusive', printing({ verdict: 'INCONCLUSIVE', inconclusive: 'no tick' }, 2), '(exit 2): no tick'],
    ['prints nothing', 'pass', 'exited with 0 without one JSON object: nothing on stderr'],
    ['prints OK', 'print("OK")', 'exited with 0 without one JSON object'],
    ['prints {}', printing({}), 'No verdict (exit 0): expected exit 0 and "healthy": true'],
    ['raises an exception', 'raise ValueError("boom")', 'exited with 1 without one JSON object: ValueError: boom'],
  ])('fails if the script %s', async (_, text, reason) => {
    expect(await verify(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });

  test('reports the numbers of a failure too', async () =>
    expect((await verify(printing(ill, 1))).report).toMatchObject({ healthy: false, errors: { corrupt_rows: 12 } }));

  test('reports `too long` if the numbers do not fit the line', async () => {
    const many = { ...healthy, checks: { errors: { note: 'x'.repeat(3000) } } };
    expect((await verify(printing(many))).report).toMatchObject({ healthy: true, errors: 'too long' });
  });
});
