import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 2 });
  await account.letPass(120); // until the hosts' agents have written the flags
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with the credentials of the person on call. */
const run = (words: readonly string[]) =>
  account.during(
    rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' }),
  );

test('drill says first that it is one, prints what it found, and exits 0', async () => {
  const { code, stdout } = await run(['drill', '1', '--trigger', 'data_corruption']);
  expect([code, stdout.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^DRILL phase-1-DRILL-data_corruption-\S+: Drill passed$/),
  ]);
  expect(stdout).toMatch(/About +phase 1, data_corruption, CRITICAL\n/);
  expect(stdout).toMatch(/Expected +a rollback takes about \d+ minutes; the limit for CRITICAL is 15\n/);
});

test('drill gives ending, plan and answers as JSON', async () => {
  const { code, stdout } = await run(['drill', '--phase', '4', '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { phase: 4, trigger: 'manual', ending: 'Drill passed', problem: null, questions: [], plan: { failing: 0 } },
  ]);
});

test('show prints DRILL before the record of a drill', async () => {
  expect((await run(['show'])).stdout).toMatch(
    /(^|\n)DRILL: nothing is rolled back; no host and no flag is changed\.\nRECORD\n/,
  );
});

test('an unknown trigger is refused before anything is started, with the known ones', async () => {
  const { code, stderr } = await run(['drill', '1', '--trigger', 'data_corupted']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('data_corruption')]);
});
