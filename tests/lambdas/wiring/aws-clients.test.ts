import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListApplicationsCommand } from '@aws-sdk/client-appconfig';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as made from '../../../lambdas/wiring/aws-clients.ts';

/** An endpoint that accepts every request and never responds. */
let silent: Server;
let requests = 0;
beforeAll(async () => {
  silent = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

/** The settings of the functions, with waits short enough for a test. */
const settings = () => ({
  ...made.clientSettings,
  requestHandler: { ...made.clientSettings.requestHandler, requestTimeout: 300 },
  endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});

type Settings = ReturnType<typeof settings>;
/** One call of each client, with these settings. */
const calls: [string, (to: Settings) => Promise<unknown>][] = [
  ['AppConfig', (to) => made.appConfigClient(to).send(new ListApplicationsCommand({}))],
  ['CloudWatch', (to) => made.cloudWatchClient(to).send(new DescribeAlarmsCommand({}))],
  ['DynamoDB', (to) => made.dynamoDbClient(to).send(new GetCommand({ TableName: 't', Key: { pk: 'a' } }))],
  ['EC2', (to) => made.ec2Client(to).send(new DescribeInstancesCommand({}))],
  ['S3', (to) => made.s3Client(to).send(new ListBucketsCommand({}))],
  ['SNS', (to) => made.snsClient(to).send(new ListTopicsCommand({}))],
  ['Systems Manager', (to) => made.ssmClient(to).send(new DescribeInstanceInformationCommand({}))],
  ['Step Functions', (to) => made.stepFunctionsClient(to).send(new ListStateMachinesCommand({}))],
];

describe('a call that gets no response ends with an error after three attempts:', () => {
  test.each(calls)('%s, which the error names, and the action', async (service, call) => {
    requests = 0;
    const { name, message } = await call(settings()).then(
      () => ({ name: 'none', message: '' }),
      (error: Error) => error,
    );
    expect({ name, requests }).toEqual({ name: 'TimeoutError', requests: 3 });
    expect(message).toMatch(
      new RegExp(`^${service} did not respond to \\w+ in time \\(tried 3 times\\); the call may have taken effect.$`),
    );
  });
});

test('a call without a response costs about 15 s, far less than the shortest timeout of a function, 50 s', () => {
  const { maxAttempts, requestHandler } = made.clientSettings;
  expect((maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)) / 1000).toBeLessThan(25);
});

test('a client for what is of use only at once gives up after one attempt, within 2 s: the witness and a halt have 5 s', async () => {
  const { maxAttempts, requestHandler } = made.promptSettings;
  expect(maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)).toBeLessThanOrEqual(2000);
  requests = 0;
  const short = { ...requestHandler, requestTimeout: 100 };
  const client = made.cloudWatchClient({ ...settings(), ...made.promptSettings, requestHandler: short });
  await expect(client.send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(requests).toBe(1);
});

describe('a response that is not readable, such as a page of a proxy, is repeated like a lost one:', () => {
  /** Responds to every request with a page that is cut off. */
  async function proxied() {
    let asked = 0;
    const proxy = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><head><title>200 OK</ti');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    return { to: { ...settings(), endpoint }, asked: () => asked };
  }

  test.each(calls)('%s', async (service, call) => {
    const { to, asked } = await proxied();
    await expect(call(to)).rejects.toMatchObject({
      name: 'TimeoutError',
      message: expect.stringMatching(
        new RegExp(
          `^${service} \\w+ .tried 3 times.: The response could not be read; the call may have taken effect: `,
        ),
      ),
    });
    expect(asked()).toBe(3);
  });

  test('an error that the service sends keeps its name', async () => {
    const refusing = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"InvalidInstanceId"}');
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void refusing.close());
    const endpoint = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const client = made.ssmClient({ ...settings(), endpoint });
    await expect(client.send(new DescribeInstanceInformationCommand({}))).rejects.toMatchObject({
      name: 'InvalidInstanceId',
    });
  });
});
