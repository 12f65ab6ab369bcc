import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployedKey } from '../../../domain/tables.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with the credentials of the pipeline. */
const run = (words: readonly string[], as = 'pipeline@rollback-local-deployer') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
/** The watch window of four hours is over in half an hour. */
const at = new Date(Date.now() - 3.5 * 3600_000).toISOString();
const people = ['--author', 'dan', '--approver', 'ana'];

test('deployed and status name who wrote and who approved the version', async () => {
  const { stdout } = await run(['deployed', '--phase', '1', '--version', 'v1.5.0', '--at', at, ...people]);
  expect(stdout).toContain('Recorded: phase 1 runs v1.5.0 (by dan, approved by ana) since ');
  expect((await run(['status'], 'eve@rollback-local-auditor')).stdout).toContain(
    'phase 1  v1.5.0 (by dan, approved by ana)  at ',
  );
});

test('watch waits until the watch window is over, and exits 1 with what was red in it', async () => {
  const { code, stderr } = await run(['watch', '--phase', '1', '--version', 'v1.5.0']);
  // The account is younger than the deployment, so its alarms had no data at first.
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^until \S+Z\nNot verified v1\.5\.0 of phase 1: \S+ was in INSUFFICIENT_DATA at \S+Z\.\n$/),
  ]);
});

test('watch exits 0 if the watch window has passed without red', async () => {
  await run(['deployed', '--phase', '3', '--version', 'v3.0.0', '--at', at]);
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: account.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'admin', secretAccessKey: 'none' },
    }),
  );
  await db.send(
    new UpdateCommand({
      TableName: 'rollback-local-state',
      Key: deployedKey(3, at),
      UpdateExpression: 'SET watched = :watched',
      ExpressionAttributeValues: { ':watched': { verified: true, why: 'no alarm of the phase was red' } },
    }),
  );
  const { code, stdout } = await run(['watch', '--phase', '3', '--version', 'v3.0.0']);
  expect([code, stdout]).toEqual([
    0,
    `Verified: v3.0.0 of phase 3, deployed at ${at}. No alarm of the phase was red.\n`,
  ]);
});

test('watch exits 1 if another deployment replaced the version, and says so', async () => {
  await run(['deployed', '--phase', '2', '--version', 'v2.0.0', '--at', at]);
  await run(['deployed', '--phase', '2', '--version', 'v2.0.1']);
  const { code, stderr } = await run(['watch', '--phase', '2', '--version', 'v2.0.0', '--json']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Not verified v2.0.0 of phase 2: ')]);
});

test('a version that is not on record is refused at once, with the command that records it', async () => {
  const { code, stderr } = await run(['watch', '--phase', '1', '--version', 'v9']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('Record it first: npm run rollback -- deployed --phase 1 --version v9'),
  ]);
});

test('a version whose record was withdrawn is said to be, by whom and why, and nobody is told to record it', async () => {
  await run(['deployed', '--phase', '4', '--version', 'v4.0.0', '--at', at]);
  const withdrawn = ['--version', 'v4.0.0', '--operator', 'ana', '--reason', 'typo'];
  await run(['withdraw', '--phase', '4', ...withdrawn, '--yes'], 'ana');
  const { code, stderr } = await run(['watch', '--phase', '4', '--version', 'v4.0.0']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^Withdrawn v4\.0\.0 of phase 4: ana took its record of \S+ back at \S+Z: typo\. /),
  ]);
});
