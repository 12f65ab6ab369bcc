import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { type CallBounds, clientSettings } from '../../src/in-process/client-settings.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http-service.ts';

const tables: HttpResponse = { status: 200, headers: {}, body: '{"TableNames":["state"]}' };
const failure = (code: string): HttpResponse => ({ status: 400, headers: {}, body: JSON.stringify({ __type: code }) });

/** Lists tables with a client whose requests get these responses, one after another. */
const listed = (...responses: HttpResponse[]) => listedWithin(undefined, ...responses);

async function listedWithin(bounds: CallBounds | undefined, ...responses: HttpResponse[]) {
  const requests: HttpRequest[] = [];
  const sleeps: number[] = [];
  const place = {
    carry: async (request: HttpRequest) => {
      requests.push(request);
      return responses[requests.length - 1] ?? tables;
    },
    region: 'eu-west-1',
    accessKeyId: 'ana@auditor',
    sleep: async (milliseconds: number) => void sleeps.push(milliseconds),
    random: seeded(1),
  };
  const settings = clientSettings(place, bounds);
  const client = new DynamoDBClient(settings);
  const found = await client.send(new ListTablesCommand({})).then(
    ({ TableNames }) => TableNames,
    ({ name }: Error) => name,
  );
  return { found, requests, sleeps };
}

test('a request reaches the account with its action and its body, and the response reaches the client', async () => {
  const { found, requests } = await listed();
  expect(found).toEqual(['state']);
  expect(requests[0]?.headers['x-amz-target']).toBe('DynamoDB_20120810.ListTables');
  expect(requests[0]?.body.toString()).toBe('{}');
});

test('a request names its caller and its service where the account looks for them', async () => {
  const { requests } = await listed();
  expect(requests[0]?.headers.authorization).toMatch(
    /Credential=ana@auditor\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/,
  );
});

test('a request of S3 has the bucket in its path, where the account looks for it', async () => {
  const requests: HttpRequest[] = [];
  const settings = clientSettings({
    carry: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: '' };
    },
    region: 'eu-west-1',
    accessKeyId: 'ana',
    sleep: async () => {},
    random: seeded(1),
  });
  await new S3Client(settings).send(new PutObjectCommand({ Bucket: 'history', Key: 'links/one.json', Body: '{}' }));
  expect(requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    'PUT /history/links/one.json',
  ]);
});

describe('a retry', () => {
  test('follows throttling, and its pause is the given sleep', async () => {
    const { found, requests, sleeps } = await listed(failure('ThrottlingException'), tables);
    expect([found, requests.length]).toEqual([['state'], 2]);
    expect(sleeps).toEqual([expect.any(Number)]);
  });

  test('ends after three attempts with the error', async () => {
    const throttled = failure('ThrottlingException');
    const { found, requests } = await listed(throttled, throttled, throttled, tables);
    expect([found, requests.length]).toEqual(['ThrottlingException', 3]);
  });

  test('does not follow an error of the caller', async () => {
    const { found, requests } = await listed(failure('AccessDeniedException'), tables);
    expect([found, requests.length]).toEqual(['AccessDeniedException', 1]);
  });

  test('pauses as long as the seed says', async () => {
    const throttled = failure('ThrottlingException');
    const [one, other] = [await listed(throttled, throttled), await listed(throttled, throttled)];
    expect(other.sleeps).toEqual(one.sleeps);
  });
});

test('a client with bounds of its own gives up a call without a response after these attempts, of this length', async () => {
  const silent: HttpResponse = { status: 0, headers: {}, body: '' };
  const { found, requests, sleeps } = await listedWithin({ maxAttempts: 1, requestTimeout: 1500 }, silent);
  expect([found, requests.length, sleeps]).toEqual(['TimeoutError', 1, [1500]]);
});
