import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { postWith } from '../../../lambdas/clients/post.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Opens a server that answers as given; returns its address, and the requests that it received. */
async function server(status: number, headers: Record<string, string> = {}) {
  const received: string[] = [];
  const one = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(String(chunk)));
    request.on('end', () => response.writeHead(status, headers).end('said'));
  });
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  open.push(() => one.close());
  return { url: `http://127.0.0.1:${(one.address() as AddressInfo).port}/`, received };
}

test.each([202, 400, 503])('returns the answer %i', async (status) => {
  const { url, received } = await server(status);
  expect(await postWith(fetch)(url, { a: 1 })).toEqual({ status, text: 'said' });
  expect(received).toEqual(['{"a":1}']);
});

test('follows no redirection, so that a key goes to no other address', async () => {
  const other = await server(202);
  const { url } = await server(307, { location: other.url });
  await expect(postWith(fetch)(url, { key: 'secret' })).rejects.toThrow();
  expect(other.received).toEqual([]);
});

test('gives up after five seconds', async () => {
  let signal: AbortSignal | null | undefined;
  const send = (async (_, init) => {
    signal = init?.signal;
    return new Response('');
  }) as typeof fetch;
  await postWith(send)('https://pager.example.com', {});
  expect(signal).toBeInstanceOf(AbortSignal);
});
