import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, openAccount } from '../../src/account.ts';

const image = join(import.meta.dirname, '../../example/image');
const lambdaMayRun = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

/** A stack with a topic, a key, a function that logs what it receives, a document, and policies for people. */
const template = {
  Description: 'A small product',
  Resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::000000000000:role/else' },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
      },
    },
    Secrets: {
      Type: 'AWS::SNS::Topic',
      Properties: { TopicName: 'secrets', KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
    Alerts: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: 'alerts',
        Subscription: [
          { Protocol: 'email', Endpoint: 'ops@example.com' },
          { Protocol: 'lambda', Endpoint: { 'Fn::GetAtt': ['Echo', 'Arn'] } },
        ],
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: lambdaMayRun } },
    Lines: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/small/echo', RetentionInDays: 90 } },
    Echo: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'echo',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: 'echo.zip' },
        LoggingConfig: { LogGroup: { Ref: 'Lines' } },
        ReservedConcurrentExecutions: 3,
      },
    },
    Reader: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: 'reader',
        PolicyDocument: { Statement: { Effect: 'Allow', Action: 'ssm:ListDocuments', Resource: '*' } },
      },
    },
    Stop: {
      Type: 'AWS::SSM::Document',
      Properties: {
        Name: 'stop-service',
        DocumentType: 'Command',
        Content: {
          schemaVersion: '2.2',
          mainSteps: [{ action: 'aws:runShellScript', name: 'Stop', inputs: { runCommand: ['true'] } }],
        },
      },
    },
  },
  Outputs: { Topic: { Value: { Ref: 'Alerts' }, Description: 'Where alerts go', Export: { Name: 'alerts-topic' } } },
};

function assembly(folder: string): string {
  const write = (name: string, document: unknown) => writeFileSync(join(folder, name), JSON.stringify(document));
  mkdirSync(join(folder, 'echo'));
  writeFileSync(
    join(folder, 'echo', 'index.mjs'),
    'export const handler = async ({ Records }) => console.log(`received ${Records[0].Sns.Message}`);',
  );
  write('small.template.json', template);
  write('small.assets.json', {
    files: { echo: { source: { path: 'echo' }, destinations: { here: { objectKey: 'echo.zip' } } } },
  });
  write('manifest.json', {
    artifacts: {
      'small.assets': { type: 'cdk:asset-manifest', properties: { file: 'small.assets.json' } },
      small: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://000000000000/eu-west-1',
        properties: { templateFile: 'small.template.json' },
      },
    },
  });
  return folder;
}

export type FirstAccount = Account & {
  /** Sends a request as an SDK or the AWS CLI does, in the service's protocol. */
  readonly ask: (request: Ask) => Promise<{ status: number; type: string; text: string }>;
};
export type Ask = {
  readonly service: string;
  /** The value of X-Amz-Target, of a service of the JSON protocol. */
  readonly target?: string;
  readonly path?: string;
  /** Form fields of the Query protocol. */
  readonly form?: Record<string, string>;
  readonly json?: object;
  readonly headers?: Record<string, string>;
  readonly as?: string;
};

export async function firstAccount(): Promise<FirstAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'first-'));
  mkdirSync(join(folder, 'out'));
  mkdirSync(join(folder, 'account'));
  const virtualFrom = Date.parse('2026-03-02T09:00:00Z');
  const options = { image, folder: join(folder, 'account'), hosts: 1, port: 0, seed: 1, virtualFrom };
  const account = await openAccount({ ...options, assembly: assembly(join(folder, 'out')) });
  return {
    endpoint: account.endpoint,
    close: async () => {
      await account.close();
      rmSync(folder, { recursive: true });
    },
    ask: async ({ service, target, path = '/', form, json, headers = {}, as = 'ana' }) => {
      const type = form ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/x-amz-json-1.1';
      const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
      const response = await fetch(`${account.endpoint}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${as}/20260302/eu-west-1/${service}/aws4_request, Signature=none`,
          'content-type': type,
          ...(target && { 'x-amz-target': target }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
    },
  };
}
