import type { Way } from '../parts.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-service.ts';
import { controlResponse, isControl, type Reachable, responseTo, type Stream } from '../wire/route.ts';

/** Carries a request to the account, and its response back. */
export type Carry = (request: HttpRequest) => Promise<HttpResponse>;

export type InProcessWay = {
  /** Opens the way, as a part of an account. */
  readonly open: (account: Reachable) => Promise<Way>;
  readonly carry: Carry;
  /** Sends a request under `/_account/`. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<{ status: number; text: string }>;
  /** Passes every event from now on to `hear`, until `signal` is aborted. */
  readonly watch: (hear: (event: Readonly<Record<string, unknown>>) => void, signal: AbortSignal) => Promise<void>;
};

/** No request is sent to this address: it only completes what SDK clients need. */
const ADDRESS = 'http://192.0.2.1';

/**
 * Makes a way into one account without sockets, for callers of the same process.
 *
 * A response has no `Date`, because an SDK would compare it with this machine's clock and "correct its skew".
 */
export function inProcessWay(): InProcessWay {
  let account: Reachable | undefined;
  const opened = () => {
    if (!account) throw new Error('The account is not open.');
    return account;
  };
  const control: InProcessWay['control'] = async (method, path, body) => {
    const request = {
      method,
      path: `/_account${path}`,
      body: body === undefined ? '' : JSON.stringify(body),
    };
    const response = await controlResponse(opened().control, request, noStream);
    return { status: response?.status ?? 500, text: response?.body ?? '' };
  };
  return {
    open: async (reachable) => {
      account = reachable;
      const close = async () => {
        account = undefined;
      };
      return { url: ADDRESS, close };
    },
    carry: async (request) => {
      const to = opened();
      if (isControl(request.path)) throw new Error(`${request.path} is no request of an SDK.`);
      const release = to.clock.hold();
      try {
        return await responseTo(to, request);
      } finally {
        release();
      }
    },
    control,
    watch: async (hear, signal) => {
      const stream = listening(hear, signal);
      await opened().control('GET', '/_account/watch', '', stream);
    },
  };
}

const noStream: Stream & { readonly headersSent: boolean } = {
  headersSent: false,
  writeHead: () => {
    throw new Error('A stream is heard by watch().');
  },
  flushHeaders: () => {},
  write: () => {},
  end: () => {},
  on: () => {},
};

/** Returns a stream of events. */
const listening = (hear: (event: Readonly<Record<string, unknown>>) => void, signal: AbortSignal): Stream => ({
  writeHead: () => {},
  flushHeaders: () => {},
  hear,
  end: () => {},
  on: (_, closed) => signal.addEventListener('abort', closed, { once: true }),
});
