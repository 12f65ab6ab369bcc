import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { dynamodbActions } from '../src/dynamodb/needs.ts';
import { inert } from '../src/template/inert.ts';
import { NESTED } from '../src/template/nested-stack.ts';

const root = join(import.meta.dirname, '../../..');
const source = join(import.meta.dirname, '../src');
const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The folders of the services whose actions are one file each, by the service's name. */
const services = {
  AppConfig: 'appconfig',
  CloudFormation: 'cloudformation',
  CloudTrail: 'cloudtrail',
  CloudWatch: 'cloudwatch',
  EC2: 'ec2',
  'CloudWatch Logs': 'logs',
  EventBridge: 'events',
  Lambda: 'lambda',
  S3: 's3',
  SNS: 'messaging/sns',
  SQS: 'messaging/sqs',
  STS: 'sts',
  'Step Functions': 'states',
  'Systems Manager': 'ssm',
};

/** Returns the lines of a section that begin like a table row. */
const table = (heading: string) =>
  (readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));

const actionsIn = (folder: string) =>
  readdirSync(join(source, folder, 'actions')).map((file) => file.replace(/\.ts$/, ''));

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

/** Returns the resource types that a maker of `src` creates: the keys that it has in a resources.ts. */
const created = () =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('resources.ts'))
    .flatMap((file) => readFileSync(join(source, file), 'utf8').match(/(?<=^ {2}')AWS::[\w:]+(?=':)/gm) ?? []);

describe('the README', () => {
  test('names every action, and no other', () => {
    const rows = Object.entries({
      ...Object.fromEntries(Object.entries(services).map(([name, folder]) => [name, actionsIn(folder)])),
      DynamoDB: dynamodbActions,
    })
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, actions]) => row(name, actions.toSorted().join(', ')));
    expect(table('Services and actions')).toEqual([row('service', 'actions'), row('---', '---'), ...rows]);
  });

  test('names every resource type, and no other', () => {
    const types = (all: readonly string[]) => all.toSorted().join(', ');
    expect(table('Resource types')).toEqual([
      row('effect', 'resource types'),
      row('---', '---'),
      row('created', types([...created(), NESTED])),
      row('accepted without effect', types(Object.keys(inert))),
    ]);
  });

  test('shows the example as it is', () => {
    expect(readme).toContain(
      `\`\`\`ts\n${readFileSync(join(root, 'packages/embedded-aws/example/open-account.ts'))}\`\`\``,
    );
  });
});

describe('the example', () => {
  test('prints the output of its machine after an hour of virtual time', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['packages/embedded-aws/example/open-account.ts'], {
      cwd: root,
    });
    expect(stdout).toBe('{"ended":"2026-01-05T10:00:00.000Z"}\n');
  });
});

test('the program prints its options', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(source, 'main.ts'), '--help']);
  expect(stdout).toContain('embedded-aws --assembly DIR --image DIR --folder DIR [options]');
});
