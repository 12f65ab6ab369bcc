import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
const run = (words: readonly string[], as = 'eve@rollback-local-auditor') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 2 });
  await account.letPass(120);
  await run(['drill', '4'], 'ana@rollback-local-operator');
  await run(['start', '1', '--severity', 'CRITICAL'], 'ana@rollback-local-operator');
  await account.letPass(180); // until Reconcile has counted them
}, 240_000);
afterAll(() => account.close());

test('measure shows rehearsals and drills apart, each part with its limit', async () => {
  const { code, stdout } = await run(['measure']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^MINUTES {2}all phases, from \d{4}-\d\d to \d{4}-\d\d; environment local; within 5 % or 3 s\n/,
  );
  const [rehearsals = '', drills = ''] = stdout.split('\nDRILLS');
  for (const part of ['act', 'verify', 'whole']) expect(rehearsals).toMatch(new RegExp(`CRITICAL +${part} +1 `));
  expect(rehearsals).toMatch(/CRITICAL +whole +1 +[\d.]+ +[\d.]+ +15 +yes\n/);
  expect(drills).toMatch(/HIGH +act +1 /);
  expect(drills).not.toContain('verify');
});

test('measure of a phase without rollbacks says so, and --json has the same', async () => {
  expect((await run(['measure', '--phase', '2'])).stdout).toContain('REHEARSALS\n  none has ended in these months');
  const { stdout } = await run(['measure', '--phase', '4', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    phase: 4,
    measured: [
      { kind: 'rehearsals', minutes: [], trend: null },
      { kind: 'drills', months: [{ count: 1 }], outside: [] },
    ],
  });
});
