import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { rollback } from '../cli/in-process.ts';
import { sharedAssembly } from '../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';

const root = join(import.meta.dirname, '../..');
type Step = { readonly name?: string; readonly if?: string; readonly run?: string };
const { jobs } = parse(readFileSync(join(root, 'docs/pipeline/github-actions.yaml'), 'utf8'));
const steps: readonly Step[] = jobs.deploy.steps;
const canarySteps: readonly Step[] = jobs.canary.steps;

const variables: Record<string, string> = {
  ENVIRONMENT: 'local',
  PHASE: '1',
  VERSION: 'v1.3.1',
  AUTHOR: 'dan',
  APPROVER: 'ana',
  CANARY: 'host-1',
};
/** Returns the words of a command line, with its variables replaced as a shell replaces them. */
const wordsOf = (line: string) =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', '').replaceAll(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? ''),
  );
const lineOf = (name: string, of = steps) => of.find((step) => step.name === name)?.run ?? '';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), { hosts: 3 });
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'ana' };
  await new SNSClient({ region: 'us-east-1', endpoint: account.endpoint, credentials }).send(
    new SubscribeCommand({
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:rollback-local-operators',
      Protocol: 'sms',
      Endpoint: '+442079460001',
    }),
  );
  await account.letPass(180);
}, 240_000);
afterAll(() => account.close());

/** Runs the command of a step as a person or the pipeline. */
function run(name: string, { as = 'pipeline@rollback-local-deployer', of = steps } = {}) {
  const [npm, runs, script, dashes, ...words] = wordsOf(lineOf(name, of));
  expect([npm, runs, script, dashes]).toEqual(['npm', 'run', 'rollback', '--']);
  return account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
}

/** Runs the stand-in for the customer's deployment. */
async function deploy(line: string): Promise<string> {
  const [, file = '', ...words] = wordsOf(line);
  const env = { ...process.env, AWS_ENDPOINT_URL: account.endpoint };
  return (await promisify(execFile)(process.execPath, [join(root, file), ...words], { env })).stdout;
}

describe('the steps of the example for GitHub Actions, in their order', () => {
  test('are these', () => {
    expect(steps.flatMap(({ name }) => name ?? [])).toEqual([
      ...["Take the pipeline's role", 'Name author and approver', 'Open the embedded account'],
      ...['Confirm the contacts', 'Drill the rollback'],
      ...['Prepare', 'Ready', 'Deploy', 'Deployed', 'Watch'],
    ]);
  });

  test.each(['Confirm the contacts', 'Drill the rollback'])('%s passes', async (name) => {
    const { code, stdout, stderr } = await run(name, { as: 'ana@rollback-local-operator' });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });

  test.each(['Prepare', 'Ready'])('%s passes with the policy of the pipeline', async (name) => {
    const { code, stdout, stderr } = await run(name);
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });

  test('Deploy gives the version to every host', async () => {
    expect(await deploy(lineOf('Deploy'))).toBe('host-1 runs v1.3.1.\nhost-2 runs v1.3.1.\nhost-3 runs v1.3.1.\n');
  });

  test('Deployed records it with author and approver', async () => {
    expect(await run('Deployed')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('phase 1 runs v1.3.1 (by dan, approved by ana)'),
    });
  });

  test('Watch is a command of the pipeline: its help says what its exit code means', async () => {
    const [, , , , ...words] = wordsOf(lineOf('Watch'));
    expect(words).toEqual(['watch', '--environment', 'local', '--phase', '1', '--version', 'v1.3.1']);
    expect((await rollback(['watch', '--help'])).stdout).toContain('Exit code 0: verified.');
  });
});

describe('with a canary group, the steps of its job and then those of the other hosts', () => {
  const passes = async (name: string, of = canarySteps) => {
    const { code, stdout, stderr } = await run(name, { of });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  };
  beforeAll(async () => {
    variables['VERSION'] = 'v1.4.0';
    for (const [variable, merge] of [
      ['BRAKES', { canary: ['host-1'] }],
      ['SETTINGS', { brakes: { canary: ['host-1'] } }],
    ])
      await fetch(`${account.endpoint}/_account/functions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ variable, merge }),
      });
  });

  test('are these', () => {
    expect(canarySteps.flatMap(({ name }) => name ?? [])).toEqual([
      ...["Take the pipeline's role", 'Name author and approver', 'Prepare', 'Ready for the canary group'],
      ...['Deploy to the canary group', 'Deployed to the canary group', 'Watch the canary group'],
    ]);
  });

  test('the version is prepared on every host, and the group is ready for it', async () => {
    await passes('Prepare');
    await passes('Ready for the canary group');
  });

  test('the group alone gets it, and the other hosts are not ready before the watch window has passed', async () => {
    expect(await deploy(lineOf('Deploy to the canary group', canarySteps))).toBe('host-1 runs v1.4.0.\n');
    expect(await run('Deployed to the canary group', { of: canarySteps })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the canary group of phase 1 (host-1) runs v1.4.0 (by dan, approved by ana)'),
    });
    const { code, stdout } = await run('Ready');
    expect([code, stdout]).toEqual([1, expect.stringContaining('its watch window has no verdict yet')]);
    expect(stdout).toMatch(/^NOT READY: phase 1, v1\.4\.0: 1 of 20 lines/);
  });

  test('after a good verdict they are ready, and get it', async () => {
    await storeVerdict();
    await passes('Ready', steps);
    expect(await deploy(lineOf('Deploy'))).toContain('host-3 runs v1.4.0.');
    const { stdout } = await run('Deployed');
    expect(stdout).toContain('Recorded: phase 1 runs v1.4.0');
    expect(stdout).not.toContain('Warning');
  });
});

/** Stores a good verdict about the newest deployment, without the four hours of its watch window. */
async function storeVerdict(): Promise<void> {
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'ana' };
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: 'us-east-1', endpoint: account.endpoint, credentials }),
  );
  const { Items: [Key] = [] } = await db.send(
    new QueryCommand({
      TableName: 'rollback-local-state',
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :deployed)',
      ExpressionAttributeValues: { ':pk': 'PHASE#1', ':deployed': 'DEPLOYED#' },
      ProjectionExpression: 'pk, sk',
      ScanIndexForward: false,
    }),
  );
  await db.send(
    new UpdateCommand({
      TableName: 'rollback-local-state',
      Key: Key ?? {},
      UpdateExpression: 'SET watched = :watched',
      ExpressionAttributeValues: { ':watched': { verified: true, why: 'no alarm of its phase was red' } },
    }),
  );
}
