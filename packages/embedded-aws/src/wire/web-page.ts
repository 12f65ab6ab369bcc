import type { IncomingHttpHeaders } from 'node:http';

/** The names that a client uses for a loopback address. A page whose own name leads here (DNS rebinding) sends another. */
const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Returns why a request is refused as one that a web page may have made; undefined if no page can have made it.
 *
 * A browser adds Origin to every POST, and Sec-Fetch-Site to every request (Fetch standard, "Origin header"; W3C Fetch
 * Metadata). SDKs, the AWS CLI and curl send neither. No signature is checked, so nothing else would stop a page.
 */
export function refusedAsWebPage({
  host = '',
  origin,
  'sec-fetch-site': site,
}: IncomingHttpHeaders): string | undefined {
  if (!loopback.test(host))
    return `The Host header is ${shown(host)}; the account is only 127.0.0.1, localhost or [::1].`;
  if (origin !== undefined && origin !== `http://${host}`)
    return `A web page of ${shown(origin)} made this request. No page but the account's own may use the account.`;
  if (site !== undefined && site !== 'none' && site !== 'same-origin')
    return `Another web page made this request (Sec-Fetch-Site ${shown(String(site))}). No page but the account's own may use the account.`;
  return undefined;
}

const shown = (value: string) => JSON.stringify(value.slice(0, 100));
