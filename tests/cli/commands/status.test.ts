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
const run = (words: readonly string[], as = 'ana@rollback-local-operator') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const ana = ['--operator', 'ana', '--reason', 'exchange test'];
const pausedBy = /Automation of phase 2 has been paused since \S+ by ana: exchange test\./;

test('pause stops a phase, a repeat names who paused it, and status shows it', async () => {
  const paused = await run(['pause', '--phase', '2', ...ana]);
  expect([paused.code, paused.stdout]).toEqual([0, expect.stringMatching(/^Automation of phase 2 is paused: /)]);
  const again = await run(['pause', '--phase', '2', '--operator', 'bo', '--reason', 'x']);
  expect([again.code, again.stdout, again.stderr]).toEqual([1, '', expect.stringMatching(pausedBy)]);
  expect((await run(['status'])).stdout).toMatch(pausedBy);
});

test('unpause ends it', async () => {
  expect(await run(['unpause', '--phase', '2', ...ana])).toMatchObject({
    code: 0,
    stdout: 'Automation of phase 2 is not paused any more.\nNo other pause holds.\n',
  });
});

test('arm resets the budget of its phase', async () => {
  expect(await run(['arm', '--phase', '1', ...ana])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^The budget of phase 1 was reset at \S+: only rollbacks that begin later, and by themselves, count\./,
    ),
  });
});

test('a freeze fails the record of a deployment, and a block names its version; status shows both', async () => {
  expect(await run(['freeze', '--phase', '3', ...ana])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Deployment of phase 3 is frozen: a deployment is still recorded, .*\nNo rollback is stopped by it\.\n/,
    ),
  });
  expect(await run(['block', '--version', 'v1.2.0', ...ana])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Version v1\.2\.0 is blocked: no rollback restores it\.\nWarning: No runbook restores v1\.2\.0, and no recent deployment had it, so this stops no rollback now: is it spelt right\? Known are: .*\nBrakes that hold now:\n/,
    ),
  });
  const deployed = await run(['deployed', '--phase', '3', '--version', 'v1.5.0'], 'ana');
  expect([deployed.code, deployed.stderr]).toEqual([
    1,
    expect.stringMatching(/Phase 3 was deployed to v1\.5\.0 at \S+, although ana had frozen deployments since /),
  ]);
  const { stdout } = await run(['status']);
  expect(stdout).toMatch(/Deployment of phase 3 has been frozen since \S+ by ana: exchange test\./);
  expect(stdout).toMatch(/Version v1\.2\.0 has been blocked since \S+ by ana: exchange test\./);
  expect(stdout).toMatch(/phase 3 {2}v1\.5\.0 {2}at \S+, despite a freeze\n/);
  expect((await run(['unfreeze', '--phase', '3', ...ana])).stdout).toContain('Deployment of phase 3 is not frozen any');
  expect((await run(['unblock', '--version', 'v1.2.0', ...ana])).stdout).toContain('No brake holds now.');
});

test('status shows every part to an auditor', async () => {
  await run(['deployed', '--phase', '1', '--version', 'v1.4.0'], 'ana');
  const { code, stdout, stderr } = await run(['status'], 'eve@rollback-local-auditor');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('BRAKES\n  Automation is not paused.\n');
  expect(stdout).toContain('PREPARED\n  No deployment was prepared.\nDEPLOYED\n');
  expect(stdout).toMatch(/phase 1 {2}0 of 3 rollbacks in 24 hours, reset at \S+\n {2}phase 2 {2}0 of 3 /);
  expect(stdout).toMatch(
    /FLEET\n {2}Fleet trading is free\.\nHOSTS\n( {2}.*\n)+QUESTIONS\n {2}No question is open\.\nALARMS\n/,
  );
  expect(stdout).toMatch(/DEPLOYED\n {2}phase 1 {2}v1\.4\.0 {2}at \S+\n {2}phase 2 {2}no deployment is on record\n/);
  expect(stdout).toContain('LAST VERIFIED\n  phase 1  none is known\n');
  expect(stdout).toContain('LEFT BEHIND\n  No rollback left a host or a step behind.\n');
});

test('a deployment whose watch window passed without red is the last verified one of its phase', async () => {
  await account.letPass(4 * 3600 + 15 * 60);
  const { stdout } = await run(['status']);
  expect(stdout).toMatch(/LAST VERIFIED\n {2}phase 1 {2}v1\.4\.0 {2}deployed at \S+\n {2}phase 2 {2}none is known\n/);
}, 240_000);

test('status shows the other parts if the alarms cannot be read, and exits 1', async () => {
  await fetch(`${account.endpoint}/_account/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'cloudwatch:DescribeAlarms', error: 'AccessDenied', for: 20 }),
  });
  const { code, stdout } = await run(['status']);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(
      /ALARMS\n {2}Could not be read: .*\n( {2}.*\n)?READINESS\n( {2}.*\n)+PREPARED\n {2}No deployment was prepared\.\nDEPLOYED\n {2}phase 1 {2}v1/,
    ),
  ]);
});

test('status of a person who may read little names each part that is unreadable, and prints JSON all the same', async () => {
  const { code, stdout } = await run(['status', '--json'], 'mallory@rollback-local-deployer');
  const { environment, at, ...parts } = JSON.parse(stdout);
  expect([code, environment, Object.keys(parts).length]).toEqual([1, 'local', 12]);
  const read = Object.keys(parts).filter((part) => !('unreadable' in parts[part]));
  expect(read).toEqual(['readiness', 'preparations', 'deployments', 'verified']); // what a pipeline may read
});
