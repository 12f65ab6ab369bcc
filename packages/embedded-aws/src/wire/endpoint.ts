import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noResponse } from './aws-error.ts';
import type { HttpRequest } from './http-service.ts';
import { controlResponse, isControl, type Reachable, responseTo } from './route.ts';
import { refusedAsWebPage } from './web-page.ts';

export type EndpointOptions = Reachable & { readonly port: number };

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
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await bodyOf(request);
    if (isControl(path)) {
      release(); // a control request may run the clock, which a hold would prevent
      await respondControl(options, { method, path, headers, body }, response);
      return;
    }
    const result = await responseTo(options, { method, path, headers, body });
    if (result.status === noResponse) return;
    const { role } = options.callerOf(headers.authorization);
    // The caller's own clock: an SDK that sees another time "corrects its skew" and repeats the request.
    const date = new Date(role ? options.clock.now() : Date.now()).toUTCString();
    response.writeHead(result.status, { date, ...result.headers });
    response.end(result.body);
  } catch {
    response.destroy(); // the client closed the connection during the request
  } finally {
    release();
  }
}

async function respondControl(
  { control }: EndpointOptions,
  { method, path, headers, body }: HttpRequest,
  response: ServerResponse,
): Promise<void> {
  const type = headers['content-type'];
  if (body.length > 0 && type?.split(';')[0]?.trim() !== 'application/json')
    return respondJson(response, 415, {
      error: `${method} ${path} takes JSON; the Content-Type is ${type ?? 'absent'}. Send Content-Type: application/json.`,
    });
  const result = await controlResponse(control, { method, path, body }, response);
  if (!result) return; // a stream
  response.writeHead(result.status, { 'content-type': 'application/json' });
  response.end(result.body);
}

function respondJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
