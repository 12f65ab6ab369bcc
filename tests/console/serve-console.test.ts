import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, NotKnown } from '../../console/backend.ts';
import { type Console, serveConsole } from '../../console/serve-console.ts';

const backend = (acts: Backend['acts']): Backend => ({
  about: async () => ({ ...{ environment: 'e', region: 'r', account: 'a', embedded: false, act: true }, caller: 'c' }),
  parts: { fast: async () => ({ open: { read: [] } }), slow: async () => ({ recent: { read: [1] } }) },
  every: { fast: 50, slow: 50 },
  reads: {
    echo: async (fields) => fields,
    broken: async () => {
      throw new Error('The AWS session has expired.');
    },
  },
  acts,
  page: async (id) => `<!doctype html><p>${id}`,
});

const done: unknown[] = [];
let acting: Console;
let reading: Console;
beforeAll(async () => {
  acting = await serveConsole(
    backend({
      answer: async (fields) => {
        done.push(fields);
        if (fields['lost']) throw new NotKnown(new Error('AWS is unreachable.'));
        return { says: 'Accepted.' };
      },
    }),
    0,
  );
  reading = await serveConsole(backend({}), 0);
});
afterAll(() => Promise.all([acting.close(), reading.close()]));

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** Sends a request with any headers: fetch does not let a caller choose Host. */
function send(served: Console, path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const [place = '', token] = served.address.split('/#token=');
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
    const sent = request(`${place}${path}`, { method, headers: all }, (response) =>
      text(response).then(
        (received) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received }),
        reject,
      ),
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Sends an address as it is, which a client of HTTP would not. */
function sendRaw(served: Console, path: string): Promise<string> {
  const { port, host } = new URL(served.address);
  const socket = connect(Number(port), '127.0.0.1');
  socket.setTimeout(3000, () => socket.destroy(new Error(`No answer to ${path} in 3 s.`)));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

test('the page lets only its own files run, is framed by nobody, and has no cookie and no token in it', async () => {
  const { headers, text: html } = await send(acting, '/');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[^']+'; /);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(headers).not.toHaveProperty('set-cookie');
  expect(html).not.toContain(acting.address.split('=')[1]);
});

describe('nothing is done and nothing is read', () => {
  test.each([
    ['without the token', '/api/echo', { headers: { authorization: '' } }, 401],
    ['for another name', '/api/echo', { headers: { host: 'evil.example' } }, 403],
    [
      'for another page',
      '/api/answer',
      { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' },
      403,
    ],
    ['for a form', '/api/answer', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }, 422],
    ['for a list', '/api/answer', { method: 'POST', body: '[]' }, 422],
    ['for half a JSON', '/api/answer', { method: 'POST', body: '{' }, 422],
    ['for too much', '/api/answer', { method: 'POST', body: `{"a":"${'x'.repeat(70_000)}"}` }, 422],
    ['by an unknown act', '/api/release', { method: 'POST', body: '{}' }, 404],
    ['by an inherited name', '/api/constructor', { method: 'POST', body: '{}' }, 404],
    ['by an unknown read', '/api/x', {}, 404],
    ['by another method', '/api/echo', { method: 'DELETE' }, 405],
    ['outside of the files', '/../package.json', {}, 404],
  ])('%s', async (_, path, sent, status) => {
    expect((await send(acting, path, sent)).status).toBe(status);
    expect(done).toEqual([]);
  });

  test('by a console without --act', async () => {
    const refused = await send(reading, '/api/answer', { method: 'POST', body: '{}' });
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('start it with --act. Nothing was done.'),
    ]);
  });
});

test.each(['//', 'http://', '//[', '/%'])('the address %s is refused, and the console goes on', async (path) => {
  expect((await sendRaw(acting, path)).split('\r\n')[0]).toMatch(/^HTTP\/1.1 4\d\d /);
  expect((await send(acting, '/api/echo')).status).toBe(200);
});

test('an act receives its fields, and its sentence is returned', async () => {
  const { status, text: said } = await send(acting, '/api/answer', { method: 'POST', body: '{"answer":"rollback"}' });
  expect([status, JSON.parse(said), done.splice(0)]).toEqual([
    200,
    { read: { says: 'Accepted.' } },
    [{ answer: 'rollback' }],
  ]);
});

test('an act of which nobody knows whether it was done has a status of its own', async () => {
  const { status, text: said } = await send(acting, '/api/answer', { method: 'POST', body: '{"lost":true}' });
  expect([status, JSON.parse(said), done.splice(0)]).toEqual([502, { says: 'AWS is unreachable.' }, [{ lost: true }]]);
});

test('an error of the account is a sentence', async () => {
  const { status, text: said } = await send(acting, '/api/broken');
  expect([status, JSON.parse(said)]).toEqual([422, { says: 'The AWS session has expired.' }]);
});

test('an incident page is shown once, in a sandbox', async () => {
  const { read } = JSON.parse((await send(acting, '/api/page?rollback=r-1')).text) as { read: { at: string } };
  const frame = { headers: { authorization: '' } };
  const page = await send(acting, read.at, frame);
  expect(page.text).toBe('<!doctype html><p>r-1');
  expect(page.headers['content-security-policy']).toBe("frame-ancestors 'self'; sandbox allow-scripts");
  expect((await send(acting, read.at, frame)).status).toBe(404);
});
