import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentNames } from '../../config/environment-files.ts';
import { synthesize } from './synthesized.ts';

test('there are three environments, one for incidents, and one with chat and pager', () => {
  expect(environmentNames()).toEqual(['incidents', 'local', 'paged', 'production', 'staging']);
});

/** Incidents run on local's resources with other deadlines, so that environment is not reviewed a second time. */
const reviewed = environmentNames().filter((name) => name !== 'incidents');

const syntheses = new Map<string, Awaited<ReturnType<typeof synthesize>>>();
beforeAll(async () => {
  for (const environment of reviewed)
    syntheses.set(
      environment,
      await synthesize(environment, { reviewed: true, checked: environment === 'production' }),
    );
}, 300_000);
afterAll(() => {
  for (const { remove } of syntheses.values()) remove();
});

function synthesisOf(environment: string) {
  const synthesis = syntheses.get(environment);
  if (!synthesis) throw new Error(`${environment} was not synthesized.`);
  return synthesis;
}

describe.each(reviewed)('%s', (environment) => {
  test('is synthesized without credentials, look-ups or output', () => {
    expect(synthesisOf(environment)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('has no unacknowledged finding of cdk-nag’s AwsSolutions and Serverless packs', () => {
    expect(synthesisOf(environment).review()).toMatchObject({
      packs: ['AwsSolutions', 'Serverless'],
      unacknowledged: [],
    });
  });

  test('has no acknowledgement without a finding', () => {
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

  test('has termination protection, except in the embedded account', async () => {
    const manifest = await import(`${dirname(synthesisOf(environment).templateFile)}/manifest.json`, {
      with: { type: 'json' },
    });
    const { properties } = manifest.default.artifacts[`rollback-${environment}`];
    expect(properties.terminationProtection ?? false).toBe(!['local', 'paged'].includes(environment));
  });
});

describe('the acknowledged findings', () => {
  /** Returns the rules, with the resource of a wildcard. References of the template are written as `<…>`. */
  const rules = (of: 'people' | 'parts') => {
    const { acknowledged } = synthesisOf('local').review();
    const found = acknowledged.filter(
      ({ acknowledgedAt }) => acknowledgedAt.includes('/People/') === (of === 'people'),
    );
    const short = found.map(({ acknowledgedId }) =>
      acknowledgedId
        .replace(/.*::(?=Aws|Serverless)/, '')
        .replaceAll(/<[\w:]+(\.Arn)?>/g, '<…>')
        .replace(/^AwsSolutions-IAM5\[Resource::(.*)\]$/, '$1')
        .replace(/^arn:<…>:(\w+):(us-east-1)?:000000000000:/, '$1 '),
    );
    return [...new Set(short)].toSorted();
  };

  const called = [
    'annotate-the-rollback',
    'ask-a-person',
    'change-the-task',
    'check-readiness',
    'close-rollback',
    'confirm-contacts',
    'confirm-recovery',
    'flip-flag',
    'follow-the-rollback',
    'halt-the-hosts',
    'look-at-hosts',
    'open-rollback',
    'plan-the-rollback',
    'prepare-the-hosts',
    'read-the-decision',
    'record-deployment',
    'record-the-halt',
    'release-the-fleet',
    'resume-the-hosts',
    'review-the-rollback',
    'run-on-hosts',
    'send-message',
    'set-the-brakes',
    'set-the-flag',
    'take-the-answer',
    'take-the-fleet',
  ];

  test('of the product’s own roles: wildcards without a narrower form, queues and functions at the end of a hop', () => {
    expect(rules('parts')).toEqual([
      '*',
      '<…>/*', // objects of the export
      '<…>/metrics/*', // objects of the archive
      'AwsSolutions-S1',
      'AwsSolutions-SQS3',
      'Serverless-LambdaDLQ',
      'Serverless-SNSRedrivePolicy',
      'Serverless-SQSRedrivePolicy',
      'appconfig application/<…>/configurationprofile/<…>/hostedconfigurationversion/*',
      'appconfig application/<…>/environment/<…>/deployment/*',
      'arn:<…>:s3:::rollback-local-history-000000000000-us-east-1/follow-up/*',
      'arn:<…>:s3:::rollback-local-history-000000000000-us-east-1/pages/*',
      'cloudwatch alarm:*',
      'ec2 instance/*',
      // Versions of each function that a machine calls.
      ...called.map((name) => `lambda function:rollback-local-${name}:*`),
      'ssm document/rollback-local-*', // open-rollback reads them
      'ssm managed-instance/*',
      'states execution:rollback-local-*:*', // of every machine: count-failures
      'states execution:rollback-local-annotate:*',
      'states execution:rollback-local-brakes:*',
      'states execution:rollback-local-change-flag:*',
      'states execution:rollback-local-change-task:*',
      'states execution:rollback-local-decide:*',
      'states execution:rollback-local-follow-up:*',
      'states execution:rollback-local-halt:*',
      'states execution:rollback-local-phase-*:*',
      'states execution:rollback-local-release:*', // whose abort a release gave
      'states execution:rollback-local-resume:*',
      'states execution:rollback-local-review:*',
      'states stateMachine:rollback-local-*', // check-readiness reads their definitions
    ]);
  });

  test('of the policies for people: resources by the names of this product and environment', () => {
    expect(rules('people')).toEqual([
      '*',
      '<…>/index/*',
      'appconfig application/<…>/*',
      'arn:<…>:s3:::rollback-local-history-*',
      'cloudformation stack/rollback-local*',
      'cloudwatch alarm:*',
      'ec2 instance/*',
      'events rule/rollback-local-*',
      'events rule/rollback-local-phase-*',
      'iam policy/rollback-local-*',
      'iam role/rollback-local-*',
      'lambda function:rollback-local-*',
      'logs log-group:/aws/lambda/rollback-local-*',
      'logs log-group:/aws/vendedlogs/states/rollback-local-*',
      'sns rollback-local-*',
      'sqs rollback-local-*',
      'ssm document/rollback-local-*',
      'ssm managed-instance/*',
      'states execution:rollback-local-*:*',
      'states execution:rollback-local-check-readiness:*',
      'states execution:rollback-local-phase-*:*',
      'states execution:rollback-local-prepare-deployment:*',
      'states execution:rollback-local-record-deployment:*',
      'states stateMachine:rollback-local-*',
      'states stateMachine:rollback-local-c*',
      'states stateMachine:rollback-local-phase-*',
    ]);
  });
});
