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
  test("is done with the numbers when the customer's script says healthy and exits 0", async () =>
    expect(await verify(`import sys\nassert sys.argv[1:] == ['--comprehensive']\n${printing(healthy)}`)).toMatchObject({
      verdict: 'done',
      report: { healthy: true, verdict: 'HEALTHY', failed: [], errors: { corrupt_rows: 0 } },
    }));

  test.each([
    ['is unhealthy', printing(ill, 1), 'Unhealthy (exit 1): errors {"corrupt_rows": 12}'],
    ['is unhealthy and exits 0', printing(ill), 'Unhealthy (exit 0): errors {"corrupt_rows": 12}'],
    ['says healthy and exits 1', printing(healthy, 1), 'Healthy (exit 1): it does not say healthy'],
    ['could not tell', printing({ verdict: 'INCONCLUSIVE', inconclusive: 'no tick' }, 2), '(exit 2): no tick'],
    ['says nothing', 'pass', 'exited with 0 without one JSON object: it gave no reason'],
    ['says OK', 'print("OK")', 'exited with 0 without one JSON object'],
    ['says {}', printing({}), 'No verdict (exit 0): it does not say healthy'],
    ['breaks', 'raise ValueError("boom")', 'exited with 1 without one JSON object: ValueError: boom'],
  ])('fails where the script %s', async (_, text, reason) => {
    expect(await verify(text)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  });

  test('reports the numbers of a failure too', async () =>
    expect((await verify(printing(ill, 1))).report).toMatchObject({ healthy: false, errors: { corrupt_rows: 12 } }));

  test('says so where the numbers are too many for the line', async () => {
    const many = { ...healthy, checks: { errors: { note: 'x'.repeat(3000) } } };
    expect((await verify(printing(many))).report).toMatchObject({ healthy: true, errors: 'too long' });
  });
});
