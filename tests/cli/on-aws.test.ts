import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fakeAws } from './fake-aws.ts';
import { rollback } from './in-process.ts';
import { rollback as rollbackAsProcess, rollbackOnTerminal } from './rollback.ts';

const folder = mkdtempSync(join(tmpdir(), 'aws-config-'));
const noCredentials: NodeJS.ProcessEnv = {
  ...{
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  },
  ...{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined },
  ...{ AWS_PROFILE: undefined, AWS_REGION: undefined, AWS_EC2_METADATA_DISABLED: 'true' },
};
/** Credentials in the variables. */
const variables = { ...noCredentials, AWS_ACCESS_KEY_ID: 'OF-VARIABLES', AWS_SECRET_ACCESS_KEY: 'secret' };

beforeAll(() => {
  writeFileSync(
    join(folder, 'config'),
    `[profile ops]
aws_access_key_id = OF-OPS
aws_secret_access_key = secret
[profile night]
aws_access_key_id = OF-NIGHT
aws_secret_access_key = secret
[sso-session desk]
sso_region = us-east-1
sso_start_url = https://desk.example/start
[profile sso]
sso_session = desk
sso_account_id = 111122223333
sso_role_name = operator
[profile device]
role_arn = arn:aws:iam::111122223333:role/operator
source_profile = ops
mfa_serial = arn:aws:iam::111122223333:mfa/ana
`,
  );
  mkdirSync(join(folder, '.aws/sso/cache'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let aws: Awaited<ReturnType<typeof fakeAws>>;
afterEach(() => aws.close());

async function onAws(answers: Parameters<typeof fakeAws>[0]): Promise<NodeJS.ProcessEnv> {
  aws = await fakeAws(answers);
  return { AWS_ENDPOINT_URL: aws.endpoint };
}

const acting: readonly [string, readonly string[]][] = [
  ['start', ['start', '--phase', '1', '--no-wait']],
  ['decide', ['decide', 'rollback', '--operator', 'ana']],
  ['release', ['release', '--operator', 'ana', '--reason', 'repaired']],
  ['deployed', ['deployed', '--phase', '1', '--version', 'v1.4.0']],
  ['prepare', ['prepare', '--phase', '1', '--version', 'v1.5.0']],
];
const onStaging = ['--environment', 'staging'];
const release = [...(acting[2]?.[1] ?? []), ...onStaging];
const actions = () => aws.requests.map(({ action }) => action);

describe('a command that acts on AWS', () => {
  test.each(acting)('%s is refused without a terminal and without --yes, before anything is sent', async (_, words) => {
    const ended = await rollback([...words, ...onStaging], { ...variables, ...(await onAws({})) });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /^This acts on AWS account 111122223333, environment staging: .*\. Without a terminal nobody can confirm it: add --yes\. Nothing was done\.\n$/,
    );
    expect(actions()).toEqual([]);
  });

  test.each(acting)('%s acts with --yes, and prints account and environment', async (_, words) => {
    const { stderr } = await rollback([...words, ...onStaging, '--yes'], { ...variables, ...(await onAws({})) });
    expect(stderr).toContain('  environment  staging, region us-east-1\n');
    expect(stderr).toContain('  account      111122223333, as arn:aws:sts::111122223333:assumed-role/operator/ana\n');
    expect(actions().slice(0, 2)).toEqual(['GetCallerIdentity', 'StartExecution']);
  });

  test('asks once on a terminal, and acts if the answer is yes', async () => {
    const { code, shown } = await rollbackOnTerminal('y\n', release, { ...variables, ...(await onAws({})) });
    expect(code).toBe(0);
    expect(shown).toMatch(
      /^This acts on AWS: release the fleet, as ana\n {2}environment .*\n {2}account .*\nContinue\? \[y\/N\] y\n/,
    );
    expect(shown).toContain('Fleet trading is free');
    expect(shown.match(/Continue\?/g)).toHaveLength(1);
  });

  test.each([
    ['no', 'n\n', 1],
    ['nothing', '\n', 1],
    ['the end of the input', '\u0004', 1],
    ['Ctrl-C', '\u0003', 130],
  ])('does nothing if the answer is %s', async (_, keys, exitCode) => {
    const { code, shown } = await rollbackOnTerminal(keys, release, { ...variables, ...(await onAws({})) });
    expect([code, shown.includes('Not confirmed: nothing was done.')]).toEqual([exitCode, exitCode === 1]);
    expect(actions()).toEqual(['GetCallerIdentity']);
  });
});

// Processes of their own: the SDK keeps what it read of a profile.
describe('the credentials are those of', () => {
  test.each([
    ['the variables', release, {}, 'OF-VARIABLES'],
    ['AWS_PROFILE, before the variables', release, { AWS_PROFILE: 'ops' }, 'OF-OPS'],
    ['--profile, before AWS_PROFILE', [...release, '--profile', 'night'], { AWS_PROFILE: 'ops' }, 'OF-NIGHT'],
  ])('%s', async (_, words, env, expected) => {
    const { code, stderr } = await rollbackAsProcess([...words, '--yes'], {
      ...variables,
      ...env,
      ...(await onAws({})),
    });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('WARNING')]);
    expect(new Set(aws.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([expected]));
  });
});

describe('one sentence says what is wrong and what to do:', () => {
  test('no credentials', async () => {
    const ended = await rollback(['show', ...onStaging], { ...noCredentials, ...(await onAws({})) });
    expect(ended).toMatchObject({
      code: 1,
      stderr:
        'No AWS credentials were found. Sign in, and name your profile by --profile NAME or AWS_PROFILE:\n  aws sso login --profile NAME\n',
    });
  });

  test.each([
    ['a profile that does not exist', 'moon', /^Profile moon has no credentials \(.*\)\. List the profiles/],
    [
      'a session of a profile that has not been opened',
      'sso',
      /^The AWS session of profile sso has expired\. Sign in again:\n {2}aws sso login --profile sso\n$/,
    ],
    [
      'a profile that needs a second factor',
      'device',
      /^Profile device needs a code of its MFA device\. .*\n {2}eval /,
    ],
  ])('%s', async (_, profile, sentence) => {
    const words = ['show', ...onStaging, '--profile', profile];
    const { code, stderr } = await rollback(words, { ...noCredentials, ...(await onAws({})) });
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
  });

  test('credentials of another account, before anything is read or done there', async () => {
    const env = { ...variables, ...(await onAws({ account: '999999999999' })) };
    const { code, stderr } = await rollback(['show', ...onStaging], env);
    expect([code, stderr]).toEqual([
      1,
      'The credentials belong to account 999999999999 (arn:aws:sts::999999999999:assumed-role/operator/ana), but environment staging is in account 111122223333 (infra/environments/staging.yaml). Choose a profile of that account: --profile NAME.\n',
    ]);
    expect(actions()).toEqual(['GetCallerIdentity']);
  });

  test.each([
    ['a session that has expired', 'ExpiredToken', /^The AWS session has expired\. Get new credentials/],
    [
      'credentials that AWS does not know',
      'InvalidClientTokenId',
      /^AWS does not know these credentials in region us-east-1/,
    ],
    ['a wrong secret or clock', 'SignatureDoesNotMatch', /^AWS refused the signature\. Set the clock of this machine/],
  ])('%s', async (_, error, sentence) => {
    const { code, stderr } = await rollback(['show', ...onStaging], { ...variables, ...(await onAws({ error })) });
    expect([code, stderr]).toEqual([1, expect.stringMatching(sentence)]);
  });

  test('AWS_REGION of another region is named, and the environment’s own is used', async () => {
    const env = { ...variables, ...(await onAws({})), AWS_REGION: 'eu-west-1' };
    const { code, stderr } = await rollback([...release, '--yes'], env);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^AWS_REGION is eu-west-1; environment staging is in us-east-1, which is used\.\n/),
    ]);
  });
});
