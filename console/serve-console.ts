import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Backend, type Fields, NotKnown } from './backend.ts';
import { policy, type Served, servedFiles } from './files.ts';
import { type Refusal, refusedByOrigin, refusedByToken } from './guard.ts';
import { aliveEvery, live, type Message } from './live.ts';
import { tickets } from './tickets.ts';

export type Console = {
  /** With the session's token behind #, which a browser sends to nobody. */
  readonly address: string;
  close(): Promise<void>;
};

type Session = {
  readonly backend: Backend;
  readonly token: string;
  readonly port: () => number;
  readonly files: ReadonlyMap<string, Served>;
  readonly hub: ReturnType<typeof live>;
  readonly pages: ReturnType<typeof tickets>;
};

/** Serves the console on 127.0.0.1, for whoever has this session's token. Port 0: any free one. */
export async function serveConsole(backend: Backend, port: number): Promise<Console> {
  const token = randomBytes(24).toString('base64url');
  // A request that fails in a way nobody foresaw loses its own answer: without the catch it would end the whole console.
  const server = createServer((request, response) => {
    handle(session, request, response).catch(() => response.destroy());
  });
  const session: Session = {
    backend,
    token,
    port: () => (server.address() as AddressInfo).port,
    files: servedFiles(),
    hub: live(backend),
    pages: tickets(),
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(taken(error, port)));
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    address: `http://127.0.0.1:${session.port()}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections(); // the streams of browsers never end by themselves
      }),
  };
}

const taken = (error: NodeJS.ErrnoException, port: number) =>
  error.code === 'EADDRINUSE'
    ? new Error(`Port ${port} of 127.0.0.1 is in use. Stop the process that uses it, or choose another port.`)
    : error;

const common = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

async function handle(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(common)) response.setHeader(name, value);
  const address = URL.parse(request.url ?? '/', 'http://console');
  if (!address) {
    refuse(response, { status: 400, says: 'The address of this request cannot be read. Nothing was done.' });
    return;
  }
  const { pathname, searchParams } = address;
  const refusal = refusedByOrigin(request.headers, session.port());
  const isGet = request.method === 'GET';
  const file = isGet ? session.files.get(pathname) : undefined;
  const isPage = isGet && pathname.startsWith('/page/');
  const refused = refusal ?? (file || isPage ? undefined : refusedByToken(request.headers, session.token));
  if (refused) refuse(response, refused);
  else if (file) send(response, 200, file);
  else if (isPage) sendPage(session, pathname.slice(6), response);
  else if (isGet && pathname === '/api/live') stream(session, request, response);
  else await sendAnswer(session, request, response, { pathname, fields: Object.fromEntries(searchParams) });
}

async function sendAnswer(session: Session, request: IncomingMessage, response: ServerResponse, asked: Asked) {
  try {
    const answer = await answered(session, request, asked);
    sendJson(response, 'status' in answer ? answer.status : 200, answer);
  } catch (error) {
    // 502: the act may have been done.
    sendJson(response, error instanceof NotKnown ? 502 : 422, { says: (error as Error).message });
  }
}

type Asked = { readonly pathname: string; readonly fields: Fields };
type Answered = Refusal | { readonly read: unknown };

async function answered(session: Session, request: IncomingMessage, { pathname, fields }: Asked): Promise<Answered> {
  const { backend, pages } = session;
  const name = /^\/api\/([a-z-]+)$/.exec(pathname)?.[1] ?? '';
  if (request.method === 'POST') {
    const act = own(backend.acts, name);
    if (!act) return isReadOnly(backend) ? readOnly : { status: 404, says: `This console cannot do "${name}".` };
    return { read: await act(await bodyOf(request)) };
  }
  if (request.method !== 'GET') return { status: 405, says: 'The console takes GET and POST.' };
  if (name === 'about') return { read: await backend.about() };
  if (name === 'page') return { read: { at: `/page/${pages.give(await backend.page(String(fields['rollback'])))}` } };
  const read = own(backend.reads, name);
  return read ? { read: await read(fields) } : { status: 404, says: `The console has no "${name}".` };
}

const own = <Value>(all: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(all, name) ? all[name] : undefined;

const isReadOnly = ({ acts }: Backend) => Object.keys(acts).length === 0;
const readOnly: Refusal = {
  status: 403,
  says: 'This console only reads. To act, stop it and start it with --act. Nothing was done.',
};

/** The longest body: an answer with a reason and some names. */
const mostBytes = 64_000;

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  if (request.headers['content-type'] !== 'application/json')
    throw new Error(
      `Expected Content-Type application/json; found ${request.headers['content-type'] ?? 'none'}. Nothing was done.`,
    );
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > mostBytes) throw new Error(`A request may have ${mostBytes} characters. Nothing was done.`);
  }
  const body: unknown = JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Error('Expected a JSON object. Nothing was done.');
  return body as Fields;
}

/** Sends what changes, as server-sent events, until the browser goes away. */
function stream({ hub }: Session, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const write = (message: Message) => void response.write(`data: ${JSON.stringify(message)}\n\n`);
  const end = hub.listen(write);
  const alive = setInterval(() => response.write(': alive\n\n'), aliveEvery);
  request.once('close', () => {
    clearInterval(alive);
    end();
  });
}

/** An incident page has a policy of its own, in a meta tag; only the console's page may frame it. */
function sendPage({ pages }: Session, ticket: string, response: ServerResponse): void {
  const html = pages.take(ticket);
  if (html === undefined) {
    refuse(response, { status: 404, says: 'This page was shown already. Open it again.' });
    return;
  }
  response.setHeader('content-security-policy', "frame-ancestors 'self'; sandbox allow-scripts");
  send(response, 200, { type: 'text/html', text: html });
}

function send(response: ServerResponse, status: number, { type, text }: Served): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

const sendJson = (response: ServerResponse, status: number, value: unknown) =>
  send(response, status, { type: 'application/json', text: JSON.stringify(value) });
const refuse = (response: ServerResponse, refusal: Refusal) => sendJson(response, refusal.status, refusal);
