import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { AwsError } from '../../src/wire/aws-error.ts';
import { type EndpointOptions, openEndpoint } from '../../src/wire/endpoint.ts';
import type { Caller } from '../../src/wire/service.ts';

const START = Date.parse('2026-01-05T09:00:00Z');
const role: Caller = { arn: 'arn:aws:sts::000000000000:assumed-role/close/close', role: 'close' };
const person: Caller = { arn: 'arn:aws:iam::000000000000:root' };
const clock = new VirtualClock(START);
const requested: string[] = [];
/** The time at which the slow action ended. */
let held = 0;

const options: EndpointOptions = {
  port: 0,
  clock,
  httpServices: {
    sns: async ({ method, path, body }, { arn }) => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: `<${method} ${path} ${body.toString('utf8')} ${arn}/>`,
    }),
  },
  services: {
    AmazonSSM: {
      jsonVersion: '1.1',
      respond: async (action, body, { arn }) => {
        if (action === 'Throttled') throw new AwsError('ThrottlingException', 'Rate exceeded');
        if (action === 'Slow') {
          await sleep(50);
          held = clock.now();
        }
        if (action === 'Hangs') throw new AwsError('NoResponse', 'Injected fault', 0);
        if (action === 'Broken') throw new TypeError('a fault of the account itself');
        return { status: 200, body: JSON.stringify({ action, body, caller: arn }), headers: { 'x-amz-crc32': '7' } };
      },
    },
  },
  control: async (method, path, body) => {
    if (path === '/_account/refused') throw new Error('There is no host host-9.');
    return { method, path, body };
  },
  callerOf: (authorization) => (authorization === 'role' ? role : person),
  requestId: () => 'request-1',
  answered: () => false,
  requested: (action) => void requested.push(action),
};

let endpoint: Awaited<ReturnType<typeof openEndpoint>>;
beforeAll(async () => {
  endpoint = await openEndpoint(options);
});
afterAll(() => endpoint.close());

const ask = (target: string | undefined, body = '{}', headers: Record<string, string> = {}) =>
  fetch(endpoint.url, {
    method: 'POST',
    body,
    headers: { ...(target ? { 'x-amz-target': target } : {}), ...headers },
  });
const port = () => Number(new URL(endpoint.url).port);

describe('a request to a service', () => {
  test('gets the response of the service that its target names', async () => {
    const response = await ask('AmazonSSM.ListCommands', '{"MaxResults":5}');
    expect(await response.json()).toEqual({ action: 'ListCommands', body: '{"MaxResults":5}', caller: person.arn });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': 'request-1',
      'x-amz-crc32': '7',
    });
  });

  test('has the caller who signed it', async () => {
    const response = await ask('AmazonSSM.ListCommands', '{}', { authorization: 'role' });
    expect(await response.json()).toMatchObject({ caller: role.arn });
  });

  test('signed for a service with its own protocol goes to that service whole', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20260105/us-east-1/sns/aws4_request, Signature=0';
    const response = await ask(undefined, 'Action=Publish', { authorization });
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(await response.text()).toBe(`<POST / Action=Publish ${person.arn}/>`);
  });

  test('that is compressed is unpacked', async () => {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body: gzipSync('{"MaxResults":5}'),
      headers: { 'x-amz-target': 'AmazonSSM.ListCommands', 'content-encoding': 'gzip' },
    });
    expect(await response.json()).toMatchObject({ body: '{"MaxResults":5}' });
  });

  test('is reported with its action', async () => {
    await ask('AmazonSSM.ListDocuments');
    expect(requested).toContain('AmazonSSM.ListDocuments');
  });

  test('that fails gets the name of the error, as from AWS', async () => {
    const response = await ask('AmazonSSM.Throttled');
    expect([response.status, await response.json()]).toEqual([
      400,
      { __type: 'ThrottlingException', message: 'Rate exceeded', Message: 'Rate exceeded' },
    ]);
  });

  test('that hangs gets no response', async () => {
    const response = fetch(endpoint.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.Hangs' },
      signal: AbortSignal.timeout(200),
    });
    await expect(response).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('gets a server error if the account itself fails', async () => {
    const response = await ask('AmazonSSM.Broken');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      __type: 'InternalServerError',
      message: expect.stringContaining('The embedded account failed: TypeError: a fault of the account itself'),
    });
  });

  test.each([
    ['to an unknown service is refused by name', 'AWSSupport_20130415.DescribeCases', /no service AWSSupport_2/],
    ['that names no service is refused', undefined, /no X-Amz-Target and no signature, so it names no service/],
  ])('%s', async (_, target, message) => {
    const response = await ask(target);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringMatching(message),
    });
  });

  test('holds the clock until its response', async () => {
    const times: number[] = [];
    const responded = ask('AmazonSSM.Slow').then(() => times.push(clock.now()));
    await expect.poll(() => requested).toContain('AmazonSSM.Slow');
    const passed = clock.run(START + 1000).then(() => times.push(clock.now()));
    await Promise.all([responded, passed]);
    expect(times.at(-1)).toBe(START + 1000);
    expect(held).toBe(START);
  });
});

// An SDK that sees a time other than its own "corrects its skew" and repeats the request.
describe('the Date of a response', () => {
  test('is the account’s time for a role, whose function follows the virtual clock', async () => {
    await clock.run(START + 1000);
    const { headers } = await ask('AmazonSSM.ListCommands', '{}', { authorization: 'role' });
    expect(headers.get('date')).toBe('Mon, 05 Jan 2026 09:00:01 GMT');
  });

  test('is the machine’s time for a person', async () => {
    const { headers } = await ask('AmazonSSM.ListCommands');
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(5_000);
  });
});

describe('a request to the account itself', () => {
  test('gets the response of its control, as JSON', async () => {
    const response = await fetch(`${endpoint.url}/_account/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      { method: 'POST', path: '/_account/faults', body: '{"a":1}' },
    ]);
  });

  test('that is refused gets the reason in a sentence', async () => {
    const response = await fetch(`${endpoint.url}/_account/refused`);
    expect([response.status, await response.json()]).toEqual([400, { error: 'There is no host host-9.' }]);
  });

  test.each(['application/jsonx', 'text/plain', 'text/plain; application/json'])(
    'with the type %s is refused',
    async (type) => {
      const request = { method: 'POST', headers: { 'content-type': type }, body: '{"a":1}' };
      expect((await fetch(`${endpoint.url}/_account/faults`, request)).status).toBe(415);
    },
  );

  test('that is no JSON, as a form of a web page, is refused', async () => {
    const response = await fetch(`${endpoint.url}/_account/faults`, {
      method: 'POST',
      body: new URLSearchParams('a=1'),
    });
    expect([response.status, await response.json()]).toEqual([
      415,
      {
        error: expect.stringMatching(
          /^POST \/_account\/faults takes JSON; the Content-Type is application\/x-www-form/,
        ),
      },
    ]);
  });
});

describe('a request of a web page', () => {
  const headers = { origin: 'https://evil.example' };

  test.each(['/', '/_account', '/_account/clock'])('to %s is refused', async (path) => {
    const response = await fetch(`${endpoint.url}${path}`, { method: 'POST', headers });
    expect([response.status, await response.json()]).toEqual([
      403,
      { error: expect.stringMatching(/^A web page of "https:\/\/evil.example" made this request/) },
    ]);
  });

  test('reaches no service', async () => {
    await ask('AmazonSSM.CancelCommand', '{}', headers);
    expect(requested).not.toContain('AmazonSSM.CancelCommand');
  });
});

test('a client that closes its connection during a request disturbs no other', async () => {
  const socket = connect(port(), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AmazonSSM.ListCommands\r\ncontent-length: 100\r\n\r\n{"a":',
  );
  await sleep(20);
  socket.destroy();
  await sleep(20);
  expect((await ask('AmazonSSM.ListCommands')).status).toBe(200);
  await clock.run(clock.now()); // its request no longer holds the clock
});

test('a port that is in use is refused in one sentence', async () => {
  await expect(openEndpoint({ ...options, port: port() })).rejects.toThrow(
    `Port ${port()} of 127.0.0.1 is in use. Stop what uses it, or choose another with --port.`,
  );
});

test('the endpoint is on the loopback address only', () => {
  expect(new URL(endpoint.url).hostname).toBe('127.0.0.1');
});

test('closing the endpoint also ends open connections', async () => {
  const short = await openEndpoint(options);
  const socket = connect(Number(new URL(short.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await short.close();
  await ended;
  await expect(fetch(short.url)).rejects.toThrow();
});
