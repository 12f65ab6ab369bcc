import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Need } from './service.ts';

/** A request to a service with its own protocol, not JSON with X-Amz-Target. */
export type HttpRequest = {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** A text from a caller of this process, which spares it the bytes. */
  readonly body: Buffer | string;
  /** The body's JSON as a value, which spares a service the reading. Absent: only the body. */
  readonly value?: object;
};
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The body's JSON as a value that never changes, which spares a caller of this process the reading. Absent: only the body. */
  readonly value?: object | undefined;
};
/** Returns a request's body as bytes. */
export const bytesOf = ({ body }: Pick<HttpRequest, 'body'>): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : body;

/** Throws an AwsError if the caller's policies do not cover every need. */
export type Authorize = (needs: readonly Need[]) => void;
/** Responds in the service's own protocol, also with its errors. Never throws. */
export type HttpService = (request: HttpRequest, authorize: Authorize, caller: Caller) => Promise<HttpResponse>;
