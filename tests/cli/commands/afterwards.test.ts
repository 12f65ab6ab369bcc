import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
/** A rollback that has ended: it was only planned. */
let id: string;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  await run(['plan', '--phase', '1']);
  const { stdout } = await run(['show', '--json']);
  id = JSON.parse(stdout).record.rollback_id;
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with a person's credentials. */
const run = (words: readonly string[], as = 'ana@rollback-local-operator') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const finding = [
  '--operator',
  'ana',
  '--root-cause',
  'memory leak',
  '--prevention',
  'alarm',
  '--prevention',
  'load test',
];

test('annotate prints what the record shows now, and the command that shows it', async () => {
  const { code, stdout, stderr } = await run(['annotate', id, ...finding, '--link', 'https://wiki.example.com/7']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/root_cause {14}memory leak\n {2}prevention_measures {5}alarm, load test\n {2}link/);
  expect(stdout).toContain(`npm run rollback -- show ${id}`);
});

test('show prints the findings, and that the history is whole', async () => {
  const { code, stdout } = await run(['show', id]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/root_cause {14}memory leak\n/);
  expect(stdout).toMatch(/Annotated {14}by arn:aws:states:.*, operator ana, root_cause memory leak/);
});

test('annotate of an unknown rollback exits 1 with the reason', async () => {
  expect(await run(['annotate', 'no-such-rollback', ...finding])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^There is no rollback no-such-rollback\. Nothing was changed\./),
  });
});

test('review of a rollback that needs none exits 1 with the reason', async () => {
  const words = ['review', id, '--verdict', 'right', '--operator', 'ana', '--reason', 'looked at'];
  expect(await run(words, 'ana@rollback-local-approver')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(`Rollback ${id} needs no review: it was only planned. Nothing was changed.`),
  });
});

test('an auditor may not annotate', async () => {
  const { code, stderr } = await run(['annotate', id, ...finding], 'eve@rollback-local-auditor');
  expect([code, stderr]).toEqual([1, expect.stringContaining('is not authorized to perform: states:StartExecution')]);
});
