import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 3 });
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with the credentials of the pipeline. */
const run = (words: readonly string[], as = 'pipeline@rollback-local-deployer') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const change = (path: string, body: object) =>
  fetch(`${account.endpoint}/_account/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('prepare prints the tag and the result of each host, and exits 0; deployed names the preparation', async () => {
  const { code, stdout, stderr } = await run(['prepare', '1', '--version', 'v1.5.0', '--operator', 'ana']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Tag and copy on every host')]);
  expect(stdout).toMatch(
    /^Prepared: v1\.5\.0 of phase 1 may be deployed to 3 hosts, since \S+\.\n {2}tag {5}rollback\/phase-1\/before-v1\.5\.0\n {2}commit {2}[0-9a-f]{40}\n/,
  );
  expect(
    stdout.match(/^ {2}host-[123] +new tag, 2 databases \(\d+ KB\), \d+ files of the configuration$/gm),
  ).toHaveLength(3);
  expect((await run(['deployed', '--phase', '1', '--version', 'v1.5.0'])).stdout).toMatch(
    /^Recorded: phase 1 runs v1\.5\.0 since \S+\. It was prepared at \S+, with the tag rollback\/phase-1\/before-v1\.5\.0\.\n$/,
  );
});

test('status lists the newest preparation of each phase', async () => {
  expect((await run(['status'], 'eve@rollback-local-auditor')).stdout).toMatch(
    /PREPARED\n {2}phase 1 {2}v1\.5\.0 {2}on 3 hosts at \S+\nDEPLOYED\n/,
  );
});

test('a deployment that was not prepared is recorded, and says so', async () => {
  expect((await run(['deployed', '--phase', '2', '--version', 'v9'])).stdout).toContain('It was not prepared: ');
});

test('prepare gives hashes and the result of each host as JSON', async () => {
  const { code, stdout } = await run(['prepare', '2', '--version', 'v2.0.0', '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      state: 'prepared',
      phase: 2,
      tag: 'rollback/phase-2/before-v2.0.0',
      hosts: [{ name: 'host-1', manifest: expect.stringMatching(/^[0-9a-f]{64}$/) }, {}, {}],
      reports: [{ report: { databases: { sha256: { 'outputs/market_data.db': expect.any(String) } } } }, {}, {}],
    },
  ]);
});

test('a host that is away is named, the others are prepared, and the exit code is 1; a repeat does the rest', async () => {
  await change('hosts/host-3', { reachable: false });
  await account.letPass(600); // Systems Manager calls an agent offline after some minutes
  const words = ['prepare', '3', '--version', 'v3.0.0'];
  const first = await run(words);
  expect([first.code, first.stderr]).toEqual([1, expect.stringMatching(/Not prepared: 1 of 3 hosts: host-3 \(/)]);
  expect(first.stdout).toMatch(/^ {2}host-3 +not prepared: .+\n$/);
  await change('hosts/host-3', { reachable: true });
  await account.letPass(600);
  const second = await run(words);
  expect([second.code, second.stdout]).toEqual([
    0,
    expect.stringMatching(/host-1 +had the tag, .*\n.*host-3 +new tag, /s),
  ]);
});

test('a freeze refuses it, with who froze deployments and why', async () => {
  await run(['freeze', '--phase', '4', '--operator', 'ana', '--reason', 'end of quarter'], 'ana');
  const { code, stdout, stderr } = await run(['prepare', '4', '--version', 'v4']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /Deployment of phase 4 has been frozen since \S+ by ana: end of quarter\. A deployment is not /,
  );
});

test.each([
  ['no version', ['prepare', '1'], '--version is missing.'],
  [
    'a version that no tag can have',
    ['prepare', '1', '--version', 'v1..2'],
    '--version must be a name for a tag of git',
  ],
  ['an unknown phase', ['prepare', '7', '--version', 'v1'], 'Unknown phase'],
])('with %s it is a usage error, before anything is started', async (_, words, message) => {
  const { code, stderr } = await run(words);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('an operator without the policy of the deployer may not prepare', async () => {
  const { code, stderr } = await run(['prepare', '1', '--version', 'v8'], 'bo@rollback-local-operator');
  expect([code, stderr]).toEqual([1, expect.stringContaining('states:StartExecution')]);
});
