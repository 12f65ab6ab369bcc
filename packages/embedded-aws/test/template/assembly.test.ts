import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  aws_dynamodb as dynamodb,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  Stack,
  aws_ssm as ssm,
} from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { dynamodb as embeddedDynamodb } from '../../src/dynamodb/dynamodb.ts';
import { dynamodbResources } from '../../src/dynamodb/resources.ts';
import { iam as embeddedIam } from '../../src/iam/iam.ts';
import { iamResources } from '../../src/iam/resources.ts';
import { type Assembly, assetPath, readAssembly } from '../../src/template/assembly.ts';
import { type CreatedStacks, createStacks } from '../../src/template/create-stacks.ts';
import type { ResourceMaker } from '../../src/template/resource.ts';

const env = { account: '000000000000', region: 'eu-west-1' };
const place = { accountId: env.account, region: env.region };
const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
const roles = embeddedIam();
const tables = embeddedDynamodb({ clock: new VirtualClock(0), ...place });
let assembly: Assembly;
let created: CreatedStacks;

const named =
  (service: string, kind: string): ResourceMaker =>
  ({ logicalId }) => ({
    ref: logicalId,
    attributes: { Arn: `arn:aws:${service}:eu-west-1:000000000000:${kind}${logicalId}` },
  });

beforeAll(async () => {
  synthesize();
  assembly = readAssembly(join(folder, 'out'));
  created = await createStacks(
    assembly,
    {
      ...iamResources(roles, place),
      ...dynamodbResources(tables, place),
      'AWS::Lambda::Function': named('lambda', 'function:'),
      'AWS::Lambda::Version': ({ properties }) => ({
        ref: `arn:aws:lambda:eu-west-1:000000000000:function:${properties['FunctionName']}:1`,
      }),
      'AWS::Logs::LogGroup': named('logs', 'log-group:'),
      'AWS::SSM::Document': named('ssm', 'document/'),
    },
    place,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Synthesizes two stacks with CDK: a function in one uses the tables of the other. */
function synthesize() {
  mkdirSync(join(folder, 'code'));
  writeFileSync(join(folder, 'code', 'index.mjs'), 'export const handler = async () => 1;');
  const app = new App({ outdir: join(folder, 'out'), analyticsReporting: false });
  const run = new Stack(app, 'run', { env });
  const state = new Stack(app, 'state', { env });
  const pk = { name: 'pk', type: dynamodb.AttributeType.STRING };
  const history = new dynamodb.TableV2(state, 'History', {
    partitionKey: pk,
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    globalSecondaryIndexes: [{ indexName: 'by-phase', partitionKey: { ...pk, name: 'phase' } }],
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    timeToLiveAttribute: 'ttl',
    tags: [{ key: 'project', value: 'rollback' }],
  });
  const locks = new dynamodb.Table(state, 'Locks', {
    partitionKey: pk,
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  });
  const step = new lambda.Function(run, 'Step', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(join(folder, 'code')),
    environment: { HISTORY_TABLE: history.tableName },
    logGroup: new logs.LogGroup(run, 'Log'),
    tracing: lambda.Tracing.ACTIVE,
  });
  const { currentVersion } = step;
  const document = new ssm.CfnDocument(run, 'Stop', {
    documentType: 'Command',
    content: {
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runShellScript', name: 'stop', inputs: { runCommand: ['echo ${HOME}'] } }],
    },
  });
  history.grantReadWriteData(step);
  locks.grantReadData(step);
  step.addToRolePolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions: ['dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
      resources: [history.tableArn],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['EVENT#*'] } },
    }),
  );
  new iam.Role(run, 'Machine', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: {
      Invoke: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [currentVersion.functionArn] }),
        ],
      }),
    },
    managedPolicies: [
      new iam.ManagedPolicy(run, 'SeeDocument', {
        statements: [
          new iam.PolicyStatement({
            actions: ['ssm:GetDocument'],
            resources: [`arn:aws:ssm:*:*:document/${document.ref}`],
          }),
        ],
      }),
    ],
  });
  app.synth();
}

const only = (type: string, id = '') => {
  const found = created.resources.filter((one) => one.type === type && one.logicalId.startsWith(id));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${id}`);
  return found[0] as CreatedStacks['resources'][number];
};

describe('an assembly that CDK wrote', () => {
  test('has its stacks in the order of deployment', () => {
    expect(assembly.stacks.map(({ name }) => name)).toEqual(['state', 'run']);
  });

  test('has the code of its functions by S3Key', () => {
    const { Code } = only('AWS::Lambda::Function').properties as { Code: { S3Bucket: string; S3Key: string } };
    expect(Code.S3Bucket).toBe('cdk-hnb659fds-assets-000000000000-eu-west-1');
    expect(readdirSync(assetPath(assembly, Code.S3Key))).toEqual(['index.mjs']);
  });

  test('refuses an unknown asset', () => {
    expect(() => assetPath(assembly, 'other.zip')).toThrow('The assembly has no asset other.zip');
  });

  test('passes one stack’s table to the other stack’s function', () => {
    expect(only('AWS::Lambda::Function').properties['Environment']).toEqual({
      Variables: { HISTORY_TABLE: only('AWS::DynamoDB::GlobalTable').ref },
    });
  });

  test('does not change the text of a script', () => {
    expect(JSON.stringify(only('AWS::SSM::Document').properties)).toContain('echo ${HOME}');
  });
});

describe('a role of the assembly', () => {
  const caller = (id: string) => ({
    arn: 'arn:aws:sts::000000000000:assumed-role/x/y',
    role: only('AWS::IAM::Role', id).attributes?.['Arn'] ?? '',
  });
  const history = () => only('AWS::DynamoDB::GlobalTable');
  const asking = (action: string, key: string) =>
    tables.needs(action, { TableName: history().ref, Key: { pk: { S: key }, sk: { S: '1' } } });

  test('has a name in CloudFormation’s form', () => {
    expect(only('AWS::IAM::Role', 'Step').ref).toMatch(/^run-StepServiceRole[0-9A-F]{8}-[0-9A-Z]{12}$/);
  });

  test('has the permissions granted on the other stack’s table', () => {
    expect(() => roles.authorize(caller('Step'), asking('UpdateItem', 'RECORD#1'))).not.toThrow();
  });

  test('may not change events', () => {
    expect(() => roles.authorize(caller('Step'), asking('UpdateItem', 'EVENT#1'))).toThrow(
      `dynamodb:UpdateItem on resource: ${history().attributes?.['Arn']} with an explicit deny`,
    );
  });

  test('may not write to a table that it may only read', () => {
    const needs = tables.needs('PutItem', { TableName: only('AWS::DynamoDB::Table').ref, Item: { pk: { S: 'x' } } });
    expect(() => roles.authorize(caller('Step'), needs)).toThrow('because no identity-based policy allows');
  });

  test('may invoke the granted version by its inline policy', () => {
    const resource = only('AWS::Lambda::Version').ref;
    expect(() => roles.authorize(caller('Machine'), [{ action: 'lambda:InvokeFunction', resource }])).not.toThrow();
  });

  test('has the permissions of the template’s own managed policy', () => {
    const resource = `arn:aws:ssm:eu-west-1:000000000000:document/${only('AWS::SSM::Document').ref}`;
    expect(() => roles.authorize(caller('Machine'), [{ action: 'ssm:GetDocument', resource }])).not.toThrow();
  });

  test('may be assumed by its service', () => {
    expect(roles.mayAssume(caller('Step').role, 'lambda.amazonaws.com')).toBe(true);
  });
});
