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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('a call that gets no response ends with an error after three attempts:', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['AppConfig', () => made.appConfigClient(settings()).send(new ListApplicationsCommand({}))],
    ['CloudWatch', () => made.cloudWatchClient(settings()).send(new DescribeAlarmsCommand({}))],
    ['DynamoDB', () => made.dynamoDbClient(settings()).send(new GetCommand({ TableName: 't', Key: { pk: 'a' } }))],
    ['EC2', () => made.ec2Client(settings()).send(new DescribeInstancesCommand({}))],
    ['S3', () => made.s3Client(settings()).send(new ListBucketsCommand({}))],
    ['SNS', () => made.snsClient(settings()).send(new ListTopicsCommand({}))],
    ['Systems Manager', () => made.ssmClient(settings()).send(new DescribeInstanceInformationCommand({}))],
    ['Step Functions', () => made.stepFunctionsClient(settings()).send(new ListStateMachinesCommand({}))],
  ])('%s', async (_, call) => {
    requests = 0;
    await expect(call()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(requests).toBe(3);
  });
});

test('a call without a response costs about 15 s, far less than the shortest timeout of a function, 50 s', () => {
  const { maxAttempts, requestHandler } = made.clientSettings;
  expect((maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)) / 1000).toBeLessThan(25);
});
