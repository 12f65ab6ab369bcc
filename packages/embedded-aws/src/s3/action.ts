import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../wire/http-service.ts';
import type { Caller, Need } from '../wire/service.ts';
import type { S3State } from './state.ts';

/** A request, taken apart: S3 puts each field into the path, the query or a header. */
export type S3Request = {
  /** Empty for an action on the account. */
  readonly bucket: string;
  /** Empty for an action on a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** One S3 action, one file, named as AWS names it. `needs` is asked first; `run` gets only requests that passed. */
export type S3Action = {
  readonly needs: (request: S3Request) => readonly Need[];
  readonly run: (state: S3State, request: S3Request, caller: Caller) => HttpResponse;
};

export const bucketArn = ({ bucket }: S3Request) => `arn:aws:s3:::${bucket}`;
export const objectArn = ({ bucket, key }: S3Request) => `arn:aws:s3:::${bucket}/${key}`;

/** Returns a header of the request; undefined if it is absent. */
export const header = ({ headers }: Pick<S3Request, 'headers'>, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

export const versionIdOf = ({ query }: S3Request): string | undefined => query.get('versionId') ?? undefined;

/** IAM has an action of its own for a request that names a version: `s3:GetObject`, `s3:GetObjectVersion`. */
export const objectNeed = (request: S3Request, action: string): Need => ({
  action: versionIdOf(request) === undefined ? `s3:${action}` : `s3:${action}Version`,
  resource: objectArn(request),
});
