import type { Random } from '../clock/random.ts';
import { noResponse } from '../wire/aws-error.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-service.ts';
import type { Carry } from './way.ts';

/** A request as an SDK hands it to its HTTP handler. */
export type SdkRequest = {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};
type ToSign = { headers: Record<string, string> };
type RetryToken = {
  getRetryCount(): number;
  getRetryDelay(): number;
  getRetryCost(): number | undefined;
  isLongPoll(): boolean;
};

/** The caller of a client's requests, and the time that its retries take. */
export type ClientPlace = {
  readonly carry: Carry;
  readonly region: string;
  readonly accessKeyId: string;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly random: Random;
};

/** The base of the pause before a retry, in milliseconds, and its most (@smithy/core 3, retry/util-retry). */
const BASE = { THROTTLING: 1_000, TRANSIENT: 50 };
const MOST = 20_000;

/** The bounds of one call. `requestTimeout`: milliseconds after which a client gives up an attempt without a response. */
export type CallBounds = { readonly maxAttempts: number; readonly requestTimeout: number };

/** Three attempts, as in the SDK's standard mode, of 5 s each. */
const usual: CallBounds = { maxAttempts: 3, requestTimeout: 5_000 };

/**
 * Returns settings of an SDK client whose requests go to the account of this process.
 *
 * The address is an IP address, which nobody has (RFC 5737): only for those S3 names the bucket in the path, not in the host.
 *
 * Nothing is signed, because the account verifies no signature: the header names the caller and the service only. Retries
 * follow the SDK's standard mode, but their pauses take time of the account's clock and come from its seed.
 */
export const clientSettings = (
  { carry, region, accessKeyId, sleep, random }: ClientPlace,
  { maxAttempts, requestTimeout }: CallBounds = usual,
) => ({
  region,
  endpoint: 'http://192.0.2.1',
  credentials: { accessKeyId, secretAccessKey: 'unused' },
  maxAttempts,
  requestHandler: {
    handle: async (request: SdkRequest, options: { firstResponse?: HttpResponse | undefined }) => {
      const { firstResponse } = options;
      options.firstResponse = undefined; // a retry sends its request
      const { status, headers, body } = firstResponse ?? (await carry(httpRequest(request)));
      if (status === noResponse) await giveUp(sleep, requestTimeout);
      return { response: sdkResponse({ status, headers, body }) };
    },
  },
  signerConstructor: callerOnly(region, accessKeyId),
  retryStrategy: retries(sleep, random, maxAttempts),
});

/** Returns a response in the SDK's form. The SDK changes the body's type, so it gets bytes of its own. */
export const sdkResponse = ({ status, headers, body }: HttpResponse) => ({
  statusCode: status,
  headers: { ...headers },
  body: typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body),
});

/** Waits as long as a client waits for a response, and throws the SDK's error of a call without one. */
async function giveUp(sleep: ClientPlace['sleep'], milliseconds: number): Promise<never> {
  await sleep(milliseconds);
  throw Object.assign(new Error('No response (request timeout).'), { name: 'TimeoutError' });
}

/** Returns a signer that signs nothing: its header has the scope of a signature, by which the account finds caller and service. */
const callerOnly = (region: string, accessKeyId: string) =>
  class {
    readonly #service: string;

    constructor({ service }: { readonly service: string }) {
      this.#service = service;
    }

    async sign<Request extends ToSign>(request: Request, options: { readonly signingService?: string } = {}) {
      const service = options.signingService ?? this.#service;
      request.headers['authorization'] = authorization({ region, accessKeyId }, service);
      return request;
    }
  };

/** Returns the header that names a request's caller and service. */
export const authorization = ({ region, accessKeyId }: Pick<ClientPlace, 'region' | 'accessKeyId'>, service: string) =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260105/${region}/${service}/aws4_request, Signature=none`;

export function httpRequest({ method, path, query = {}, headers, body }: SdkRequest): HttpRequest {
  const search = Object.entries(query)
    .flatMap(([name, value]) => [value ?? ''].flat().map((one) => [name, one] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return {
    method,
    path: search === '' ? path : `${path}?${search}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: bodyOf(body),
  };
}

function bodyOf(body: unknown): Buffer | string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new Error('The account of this process takes no streamed body.');
}

function retries(sleep: ClientPlace['sleep'], random: Random, maxAttempts: number) {
  let pauses = 0;
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => retryToken(0),
    refreshRetryTokenForRetry: async (token: RetryToken, { errorType }: { readonly errorType: string }) => {
      const base = BASE[errorType as keyof typeof BASE];
      const count = token.getRetryCount() + 1;
      if (base === undefined || count >= maxAttempts) throw new Error('No retry token available');
      await sleep(Math.floor(random(`retry/${pauses++}`) * Math.min(base * 2 ** token.getRetryCount(), MOST)));
      return retryToken(count);
    },
    recordSuccess: () => {},
  };
}

const retryToken = (count: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  getRetryCost: () => undefined,
  isLongPoll: () => false,
});
