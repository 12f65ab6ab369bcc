import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentNames } from '../../statemachines/files.ts';
import { root, synthesize } from './synthesized.ts';

const version = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' }).stdout?.trim();

test('there are three environments', () => {
  expect(environmentNames()).toEqual(['local', 'production', 'staging']);
});

const syntheses = new Map<string, Awaited<ReturnType<typeof synthesize>>>();
beforeAll(async () => {
  for (const environment of environmentNames())
    syntheses.set(environment, await synthesize(environment, { checked: environment === 'production' }));
});
afterAll(() => {
  for (const { remove } of syntheses.values()) remove();
});

function synthesisOf(environment: string) {
  const synthesis = syntheses.get(environment);
  if (!synthesis) throw new Error(`${environment} was not synthesized.`);
  return synthesis;
}

describe.each(environmentNames())('%s', (environment) => {
  test('is synthesized without credentials and look-ups, in silence', () => {
    expect(synthesisOf(environment)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('has no finding of cdk-nag’s AwsSolutions and Serverless packs that is not acknowledged', () => {
    expect(synthesisOf(environment).review()).toMatchObject({
      packs: ['AwsSolutions', 'Serverless'],
      unacknowledged: [],
    });
  });

  test('acknowledges nothing that is not found', () => {
    const { acknowledged, acknowledgements } = synthesisOf(environment).review();
    const used = new Set(
      acknowledged.map(({ acknowledgedId, acknowledgedAt }) => `${acknowledgedId} at ${acknowledgedAt}`),
    );
    expect(acknowledgements.filter(({ id, at }) => !used.has(`${id} at ${at}`))).toEqual([]);
  });

  test('gives each acknowledged finding a reason', () => {
    for (const { acknowledgedId, reason } of synthesisOf(environment).review().acknowledged)
      expect([acknowledgedId, reason]).toEqual([acknowledgedId, expect.stringMatching(/^[A-Z].{20,}\.$/)]);
  });

  test('is protected from being deleted, but for the embedded account', async () => {
    const manifest = await import(`${dirname(synthesisOf(environment).templateFile)}/manifest.json`, {
      with: { type: 'json' },
    });
    const { properties } = manifest.default.artifacts[`rollback-${environment}`];
    expect(properties.terminationProtection ?? false).toBe(environment !== 'local');
  });
});

// On a busy machine it takes a minute.
test.skipIf(!version)(
  `all are clean to cfn-lint (${version ?? 'skipped: it is not installed here'})`,
  { timeout: 300_000 },
  () => {
    // From the root, where .cfnlintrc.yaml is.
    const files = [...syntheses.values()].map(({ templateFile }) => templateFile);
    const { stdout, status } = spawnSync('cfn-lint', files, { cwd: root, encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  },
);

test('what is acknowledged: wildcards that have no narrower form, and queues and functions that are the end of a hop', () => {
  const { acknowledged } = synthesisOf('local').review();
  const rules = acknowledged.map(({ acknowledgedId }) =>
    acknowledgedId.replace(/.*::(?=Aws|Serverless)/, '').replaceAll(/<\w+(\.Arn)?>/g, '<…>'),
  );
  const inAccount = (service: string, resource: string) =>
    `AwsSolutions-IAM5[Resource::arn:<…>:${service}:us-east-1:000000000000:${resource}]`;
  const resource = (text: string) => text.replaceAll('<AWS::Partition>', '<…>');
  expect([...new Set(rules.map(resource))].toSorted()).toEqual([
    'AwsSolutions-IAM5[Resource::*]',
    'AwsSolutions-IAM5[Resource::<…>:*]', // versions of one function
    inAccount('appconfig', 'application/<…>/configurationprofile/<…>/hostedconfigurationversion/*'),
    inAccount('appconfig', 'application/<…>/environment/<…>/deployment/*'),
    inAccount('cloudwatch', 'alarm:*'),
    inAccount('ec2', 'instance/*'),
    inAccount('states', 'execution:rollback-local-*:*'),
    'AwsSolutions-SQS3',
    'Serverless-LambdaDLQ',
    'Serverless-SQSRedrivePolicy',
  ]);
});
