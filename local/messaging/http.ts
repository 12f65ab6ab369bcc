import type { IncomingHttpHeaders } from 'node:http';
import type { Need } from '../service.ts';

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
