import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '../clock/clock.ts';
import { AwsError } from './aws-error.ts';
import type { HttpAnswer, HttpRequest } from './http-service.ts';
import type { Caller } from './service.ts';

/** A service as the endpoint sees it: by the prefix of X-Amz-Target, e.g. `AmazonSSM`. */
export type WireService = {
  readonly jsonVersion: '1.0' | '1.1';
  /** Answers one action, or throws an AwsError. */
  readonly answer: (action: string, body: string, caller: Caller) => Promise<Answer>;
};
export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What answers under `/_account/`. */
export type Control = (method: string, path: string, body: string, response: ServerResponse) => Promise<unknown>;

export type EndpointOptions = {
  readonly port: number;
  readonly clock: Clock;
  /** By the prefix of X-Amz-Target. */
  readonly services: Readonly<Record<string, WireService>>;
  /** Those with a protocol of their own, by the name their requests are signed for: `sns`. */
  readonly httpServices: Readonly<Record<string, (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>>>;
  readonly control: Control;
  readonly callerOf: (authorization: string | undefined) => Caller;
  readonly requestId: () => string;
  /** Told of every request to a service, by action and who asked. */
  readonly requested: (action: string, caller: Caller) => void;
};

/** One loopback address for every service, as AWS_ENDPOINT_URL names it. Throws a sentence if the port is taken. */
export async function openEndpoint(options: EndpointOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void serve(options, request, response));
  server.keepAliveTimeout = 60_000; // idle SDK sockets are not cut off between two steps
  await listening(server, options.port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listening = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} of 127.0.0.1 is in use. Stop what uses it, or choose another with --port.`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });

async function serve(options: EndpointOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const release = options.clock.hold();
  try {
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    if (path === '/_account' || path.startsWith('/_account/')) {
      release(); // a control request may let the clock run, and must not hold it then
      await answerControl(options.control, request.method ?? 'GET', path, body.toString('utf8'), response);
    } else await answerAws(options, request, body, response);
  } catch {
    response.destroy(); // who asked has left in the middle of the request
  } finally {
    release();
  }
}

async function answerAws(
  options: EndpointOptions,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const caller = options.callerOf(request.headers.authorization);
  const { status, body: answer, headers } = await answerOf(options, request, body, caller);
  response.writeHead(status, {
    // The clock of the one who asks: an SDK that sees another "corrects its skew" and sends the request again.
    date: new Date(caller.role ? options.clock.now() : Date.now()).toUTCString(),
    'x-amzn-requestid': options.requestId(),
    ...headers,
  });
  response.end(answer);
}

async function answerOf(
  options: EndpointOptions,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
  caller: Caller,
): Promise<HttpAnswer> {
  const [prefix = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const signedFor = signingName(headers.authorization);
  const http = options.httpServices[signedFor];
  options.requested(
    http ? `${signedFor} ${action || `${method} ${url.split('?')[0]}`}` : `${prefix}.${action}`,
    caller,
  );
  if (http) return http({ method, path: url, headers, body }, caller);
  const service = options.services[prefix];
  const { status, body: text, headers: more } = await answered(service, prefix, action, body.toString('utf8'), caller);
  return {
    status,
    body: text,
    headers: { 'content-type': `application/x-amz-json-${service?.jsonVersion ?? '1.0'}`, ...more },
  };
}

/** The service in a signature's credential scope: `Credential=<key>/20260105/us-east-1/sns/aws4_request`. */
const signingName = (authorization = ''): string =>
  authorization.match(/Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/)?.[1] ?? '';

async function answered(
  service: WireService | undefined,
  prefix: string,
  action: string,
  body: string,
  caller: Caller,
): Promise<Answer> {
  try {
    if (!service)
      throw new AwsError(
        'UnknownOperationException',
        prefix
          ? `The embedded account has no service ${prefix}.`
          : 'The request has no X-Amz-Target and is not signed for a service that needs none.',
      );
    return await service.answer(action, body, caller);
  } catch (error) {
    const { code, message, statusCode } =
      error instanceof AwsError
        ? error
        : new AwsError('InternalServerError', `The embedded account failed: ${(error as Error).stack}`, 500);
    return { status: statusCode, body: JSON.stringify({ __type: code, message, Message: message }) };
  }
}

async function answerControl(
  control: Control,
  method: string,
  path: string,
  body: string,
  response: ServerResponse,
): Promise<void> {
  try {
    const result = await control(method, path, body, response);
    if (response.headersSent) return; // a stream
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(result ?? {})}\n`);
  } catch (error) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ error: (error as Error).message })}\n`);
  }
}

/** The SDK compresses large bodies of some actions, PutMetricData for one. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? promisify(gunzip)(body) : body;
}
