import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
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
  readonly services: Readonly<Record<string, WireService>>;
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
      await answerControl(options.control, request.method ?? 'GET', path, body, response);
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
  body: string,
  response: ServerResponse,
): Promise<void> {
  const [prefix = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const service = options.services[prefix];
  const caller = options.callerOf(request.headers.authorization);
  options.requested(`${prefix}.${action}`, caller);
  const { status, body: answer, headers } = await answered(service, prefix, action, body, caller);
  response.writeHead(status, {
    // The clock of the one who asks: an SDK that sees another "corrects its skew" and sends the request again.
    date: new Date(caller.role ? options.clock.now() : Date.now()).toUTCString(),
    'x-amzn-requestid': options.requestId(),
    'content-type': `application/x-amz-json-${service?.jsonVersion ?? '1.0'}`,
    ...headers,
  });
  response.end(answer);
}

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
          : 'The request has no X-Amz-Target; the embedded account speaks JSON protocols only.',
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
