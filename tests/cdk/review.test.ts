import { beforeAll, describe, expect, test } from 'vitest';
import { environmentNames } from '../../config/environment-files.ts';
import { environmentChecks } from './environment-checks.ts';
import { reviewedSynthesis } from './synthesized.ts';

test('there are three environments, one for incidents, and one with chat and pager', () => {
  expect(environmentNames()).toEqual(['incidents', 'local', 'paged', 'production', 'staging']);
});

/**
 * The environment that is deployed, and the embedded account's environment with every part. review.slow.test.ts reviews the others, whose
 * templates have no other resources.
 */
const reviewed = ['production', 'paged'];

const syntheses = new Map<string, Awaited<ReturnType<typeof reviewedSynthesis>>>();
beforeAll(async () => {
  for (const environment of reviewed) syntheses.set(environment, await reviewedSynthesis(environment));
}, 300_000);

function synthesisOf(environment: string) {
  const synthesis = syntheses.get(environment);
  if (!synthesis) throw new Error(`${environment} was not synthesized.`);
  return synthesis;
}

describe.each(reviewed)('%s', (environment) => environmentChecks(environment, () => synthesisOf(environment)));

describe('the acknowledged findings', () => {
  /** Returns the rules, with the resource of a wildcard. References of the template are written as `<…>`. */
  const rules = (of: 'people' | 'parts') => {
    const { acknowledged } = synthesisOf('paged').review();
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
      'arn:<…>:s3:::rollback-paged-history-000000000000-us-east-1/follow-up/*',
      'arn:<…>:s3:::rollback-paged-history-000000000000-us-east-1/pages/*',
      'cloudwatch alarm:*',
      'ec2 instance/*',
      // Versions of each function that a machine calls.
      ...called.map((name) => `lambda function:rollback-paged-${name}:*`),
      'logs log-group:/aws/lambda/rollback-paged-*:*', // of every function: follow-the-rollback queries them
      'ssm document/rollback-paged-*', // open-rollback reads them
      'ssm managed-instance/*',
      'states execution:rollback-paged-*:*', // of every machine: count-failures
      'states execution:rollback-paged-annotate:*',
      'states execution:rollback-paged-brakes:*',
      'states execution:rollback-paged-change-flag:*',
      'states execution:rollback-paged-change-task:*',
      'states execution:rollback-paged-decide:*',
      'states execution:rollback-paged-follow-up:*',
      'states execution:rollback-paged-halt:*',
      'states execution:rollback-paged-phase-*:*',
      'states execution:rollback-paged-release:*', // whose abort a release gave
      'states execution:rollback-paged-resume:*',
      'states execution:rollback-paged-review:*',
      'states stateMachine:rollback-paged-*', // check-readiness reads their definitions
    ]);
  });

  test('of the policies for people: resources by the names of this product and environment', () => {
    expect(rules('people')).toEqual([
      '*',
      '<…>/index/*',
      'appconfig application/<…>/*',
      'arn:<…>:s3:::rollback-paged-history-*',
      'cloudformation stack/rollback-paged*',
      'cloudwatch alarm:*',
      'ec2 instance/*',
      'events rule/rollback-paged-*',
      'events rule/rollback-paged-phase-*',
      'iam policy/rollback-paged-*',
      'iam role/rollback-paged-*',
      'lambda function:rollback-paged-*',
      'logs log-group:/aws/lambda/rollback-paged-*',
      'logs log-group:/aws/vendedlogs/states/rollback-paged-*',
      'sns rollback-paged-*',
      'sqs rollback-paged-*',
      'ssm document/rollback-paged-*',
      'ssm managed-instance/*',
      'states execution:rollback-paged-*:*',
      'states execution:rollback-paged-check-readiness:*',
      'states execution:rollback-paged-phase-*:*',
      'states execution:rollback-paged-prepare-deployment:*',
      'states execution:rollback-paged-record-deployment:*',
      'states stateMachine:rollback-paged-*',
      'states stateMachine:rollback-paged-c*',
      'states stateMachine:rollback-paged-phase-*',
    ]);
  });
});
