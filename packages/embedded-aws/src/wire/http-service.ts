import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Need } from './service.ts';

/** A request to a service with a protocol of its own, not JSON with X-Amz-Target. */
export type HttpRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};
/** Throws where the caller may not. */
export type Authorize = (needs: readonly Need[]) => void;
/** Answers in its own protocol, errors too; never throws. */
export type HttpService = (request: HttpRequest, authorize: Authorize, caller: Caller) => Promise<HttpAnswer>;
