import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The reason why a request is refused, with its status. */
export type Refusal = { readonly status: number; readonly says: string };

/**
 * Returns why a request is refused as one that another program or page may have made; undefined if the console's own page made it.
 *
 * Host: a page whose own name leads to this address (DNS rebinding) sends that name. Origin and Sec-Fetch-Site: a browser adds
 * them (Fetch standard, "Origin header"; W3C Fetch Metadata), and a page cannot change them.
 */
export function refusedByOrigin(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!own.includes(host.toLowerCase()))
    return forbidden(`The Host header is ${quoted(host)}; this console is only ${own.join(' and ')}.`);
  if (origin !== undefined && origin !== `http://${host}`)
    return forbidden(`A web page of ${quoted(origin)} made this request. Only the console's own page may.`);
  if (site !== undefined && site !== 'none' && site !== 'same-origin')
    return forbidden(
      `Another web page led here (Sec-Fetch-Site ${quoted(String(site))}). Copy the console's address from the terminal into the browser.`,
    );
  return undefined;
}

/** Returns why a request has no right to data; undefined if it has this session's token. */
export function refusedByToken({ authorization = '' }: IncomingHttpHeaders, token: string): Refusal | undefined {
  if (isSame(authorization, `Bearer ${token}`)) return undefined;
  return {
    status: 401,
    says: 'This page has no token of the running console, or that of an earlier one. Open the address that the terminal printed.',
  };
}

/** Takes the same time wherever the texts differ. */
function isSame(found: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const forbidden = (says: string): Refusal => ({ status: 403, says });
const quoted = (value: string) => JSON.stringify(value.slice(0, 100));
