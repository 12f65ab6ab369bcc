import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with a person's credentials. */
const run = (words: readonly string[]) =>
  account.during(
    rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' }),
  );
const refused = ['start', '1', '--only-hosts', 'host-99', '--operator', 'ana'];
const newer = /^Start phase-1-ana-\S+ is newer and has no record: its execution ended FAILED: .*host-99/m;

// The tests run in this order: the account has no rollback before the third one.
test('start --no-wait returns the refusal of the opening', async () => {
  const { code, stdout, stderr } = await run([...refused, '--no-wait']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('host-99')]);
  expect(stdout).not.toContain('Read the rollback');
});

test('show says that there is no rollback, and why the start was refused', async () => {
  const { code, stdout, stderr } = await run(['show']);
  expect([code, stdout]).toEqual([1, expect.stringMatching(newer)]);
  expect(stderr).toBe('Environment local has no rollback yet.\n');
});

test('start --no-wait prints the command that reads the rollback once it is opened', async () => {
  const { code, stdout } = await run(['start', '1', '--operator', 'bo', '--no-wait']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/Read the rollback:\n {2}npm run rollback -- show phase-1-bo-/),
  ]);
  await account.letPass(600);
});

test('show without an id shows the newest rollback, and says that a newer start was refused', async () => {
  await run([...refused, '--no-wait']);
  const { code, stdout } = await run(['show']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^No rollback is open; this is the newest\.\n/)]);
  expect(stdout).toMatch(newer);
  expect(stdout).toMatch(/rollback_id +phase-1-bo-/);
});
