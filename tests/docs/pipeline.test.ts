import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { rollback } from '../cli/in-process.ts';
import { sharedAssembly } from '../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';

const root = join(import.meta.dirname, '../..');
type Step = { readonly name?: string; readonly if?: string; readonly run?: string };
const { jobs } = parse(readFileSync(join(root, 'docs/pipeline/github-actions.yaml'), 'utf8'));
const steps: readonly Step[] = jobs.deploy.steps;

const variables: Readonly<Record<string, string>> = {
  ENVIRONMENT: 'local',
  PHASE: '1',
  VERSION: 'v1.3.1',
  AUTHOR: 'dan',
  APPROVER: 'ana',
};
/** Returns the words of a command line, with its variables replaced as a shell replaces them. */
const wordsOf = (line: string) =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', '').replaceAll(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? ''),
  );
const lineOf = (name: string) => steps.find((step) => step.name === name)?.run ?? '';

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
function run(name: string, as = 'pipeline@rollback-local-deployer') {
  const [npm, runs, script, dashes, ...words] = wordsOf(lineOf(name));
  expect([npm, runs, script, dashes]).toEqual(['npm', 'run', 'rollback', '--']);
  return account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
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
    const { code, stdout, stderr } = await run(name, 'ana@rollback-local-operator');
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });

  test.each(['Prepare', 'Ready'])('%s passes with the policy of the pipeline', async (name) => {
    const { code, stdout, stderr } = await run(name);
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });

  test('Deploy gives the version to every host', async () => {
    const [, file = '', version = ''] = wordsOf(lineOf('Deploy'));
    const env = { ...process.env, AWS_ENDPOINT_URL: account.endpoint };
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, file), version], { env });
    expect(stdout).toBe('host-1 runs v1.3.1.\nhost-2 runs v1.3.1.\nhost-3 runs v1.3.1.\n');
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
