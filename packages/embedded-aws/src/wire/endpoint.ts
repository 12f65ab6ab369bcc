import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '../clock/clock.ts';
import { AwsError, noResponse } from './aws-error.ts';
import type { HttpRequest, HttpResponse } from './http-service.ts';
import type { Caller } from './service.ts';
import { refusedAsWebPage } from './web-page.ts';

/** A service of the JSON protocol, found by the prefix of X-Amz-Target, e.g. `AmazonSSM`. */
export type WireService = {
  readonly jsonVersion: '1.0' | '1.1';
  /** Responds to one action, or throws an AwsError. */
  readonly respond: (action: string, body: string, caller: Caller) => Promise<WireResponse>;
};
export type WireResponse = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Handles the requests under `/_account/`. */
export type Control = (method: string, path: string, body: string, response: ServerResponse) => Promise<unknown>;

export type EndpointOptions = {
  readonly port: number;
  readonly clock: Clock;
  /** By the prefix of X-Amz-Target. */
  readonly services: Readonly<Record<string, WireService>>;
  /** Services with their own protocol, by the service name in the signature: `sns`. */
  readonly httpServices: Readonly<Record<string, (request: HttpRequest, caller: Caller) => Promise<HttpResponse>>>;
  readonly control: Control;
  readonly callerOf: (authorization: string | undefined) => Caller;
  readonly requestId: () => string;
  /** Called for every request to a service. */
  readonly requested: (action: string, caller: Caller) => void;
};

/**
 * Opens one loopback address for all services, for AWS_ENDPOINT_URL.
 *
 * Throws an error that names the port if the port is in use.
 */
export async function openEndpoint(options: EndpointOptions): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void serve(options, request, response));
  server.keepAliveTimeout = 60_000; // an SDK's idle sockets stay open between two steps
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
  const refusal = refusedAsWebPage(request.headers);
  if (refusal) return respondJson(response, 403, { error: refusal });
  const release = options.clock.hold();
  try {
    const body = await bodyOf(request);
    const path = request.url ?? '/';
    if (path === '/_account' || path.startsWith('/_account/')) {
      release(); // a control request may run the clock, which a hold would prevent
      await respondControl(options.control, request, body, response);
    } else await respondAws(options, request, body, response);
  } catch {
    response.destroy(); // the client closed the connection during the request
  } finally {
    release();
  }
}

async function respondAws(
  options: EndpointOptions,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const caller = options.callerOf(headers.authorization);
  const result = await responseTo(options, { method, path: url, headers, body }, caller);
  if (result.status === noResponse) return;
  response.writeHead(result.status, {
    // The caller's own clock: an SDK that sees another time "corrects its skew" and repeats the request.
    date: new Date(caller.role ? options.clock.now() : Date.now()).toUTCString(),
    'x-amzn-requestid': options.requestId(),
    ...result.headers,
  });
  response.end(result.body);
}

async function responseTo(options: EndpointOptions, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const { method, path, headers, body } = request;
  const [prefix = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const signedFor = signingName(headers.authorization);
  const http = options.httpServices[signedFor];
  options.requested(
    http ? `${signedFor} ${action || `${method} ${path.split('?')[0]}`}` : `${prefix}.${action}`,
    caller,
  );
  if (http) return http(request, caller);
  const service = options.services[prefix];
  const result = await orError(() => serviceNamed(service, prefix).respond(action, body.toString('utf8'), caller));
  return {
    status: result.status,
    body: result.body,
    headers: { 'content-type': `application/x-amz-json-${service?.jsonVersion ?? '1.0'}`, ...result.headers },
  };
}

/** The service in a signature's credential scope: `Credential=<key>/20260105/us-east-1/sns/aws4_request`. */
const signingName = (authorization = ''): string =>
  authorization.match(/Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/)?.[1] ?? '';

function serviceNamed(service: WireService | undefined, prefix: string): WireService {
  if (service) return service;
  throw new AwsError(
    'UnknownOperationException',
    prefix
      ? `The embedded account has no service ${prefix}.`
      : 'The request has no X-Amz-Target and is not signed for a service that needs none.',
  );
}

/** Returns the response of a service. An error becomes the response that the JSON protocol has for it. */
async function orError(respond: () => Promise<WireResponse>): Promise<WireResponse> {
  try {
    return await respond();
  } catch (error) {
    const { code, message, statusCode } =
      error instanceof AwsError
        ? error
        : new AwsError('InternalServerError', `The embedded account failed: ${(error as Error).stack}`, 500);
    return { status: statusCode, body: JSON.stringify({ __type: code, message, Message: message }) };
  }
}

async function respondControl(
  control: Control,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const type = headers['content-type'];
  if (body.length > 0 && !type?.startsWith('application/json'))
    return respondJson(response, 415, {
      error: `${method} ${url} takes JSON; the Content-Type is ${type ?? 'absent'}. Send Content-Type: application/json.`,
    });
  try {
    const result = await control(method, url, body.toString('utf8'), response);
    if (!response.headersSent) respondJson(response, 200, result ?? {}); // sent already: a stream
  } catch (error) {
    respondJson(response, 400, { error: (error as Error).message });
  }
}

function respondJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Returns a request's body, unpacked: the SDK compresses large bodies of some actions, e.g. PutMetricData. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? promisify(gunzip)(body) : body;
}
