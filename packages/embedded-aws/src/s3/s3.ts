import { uuid } from '../clock/random.ts';
import { evaluate } from '../iam/evaluate.ts';
import { type Policy, parsePolicy } from '../iam/policy.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Authorize, bytesOf, type HttpRequest, type HttpResponse } from '../wire/http-service.ts';
import type { Caller, Need, Surroundings } from '../wire/service.ts';
import type { S3Request } from './action.ts';
import { actionOf } from './routes.ts';
import { type Bucket, bucketNamed, type S3State } from './state.ts';
import { errorBody } from './xml.ts';

export type S3 = ReturnType<typeof s3>;

/** The part of S3 that an append-only export needs: versions, conditional puts, Object Lock, bucket policies that deny. */
export function s3(surroundings: Surroundings) {
  const state: S3State = { surroundings, buckets: new Map(), puts: 0 };
  let requests = 0;
  return {
    state,

    createBucket: (bucket: Pick<Bucket, 'name' | 'versioned' | 'lock'>): void => {
      if (state.buckets.has(bucket.name))
        throw new AwsError('BucketAlreadyOwnedByYou', `The bucket ${bucket.name} exists already.`, 409);
      state.buckets.set(bucket.name, {
        ...bucket,
        createdAt: surroundings.clock.now(),
        policy: undefined,
        versions: [],
      });
    },

    /** Only statements that deny are judged: inside one account, what an identity's policy allows needs no more. */
    putBucketPolicy: (name: string, document: unknown): void => {
      const policy = parsePolicy(`${name} (bucket)`, document);
      const allowing = policy.statements.find(({ Effect }) => Effect === 'Allow');
      if (allowing)
        throw new Error(
          `Policy of bucket ${name}: the embedded account judges statements that deny, found one that allows.`,
        );
      bucketNamed(state, name).policy = policy;
    },

    /** Handles one request. Errors are returned as S3's XML. */
    handle: async (request: HttpRequest, authorize: Authorize, caller: Caller): Promise<HttpResponse> => {
      const requestId = uuid(surroundings.random, `s3/request/${requests++}`);
      try {
        const asked = parsed(request);
        const { action } = actionOf(request.method, asked);
        const needs = action.needs(asked);
        authorize(needs);
        checkBucketPolicy(state.buckets.get(asked.bucket)?.policy, needs, caller);
        return withRequestId(action.run(state, asked, caller), requestId);
      } catch (error) {
        return failure(error, request.method, requestId);
      }
    },
  };
}

/** Clients of an address without a name put the bucket into the path. */
function parsed({ path, headers, ...request }: HttpRequest): S3Request {
  const body = bytesOf(request);
  const [pathname = '', query = ''] = path.split('?');
  const [, bucket = '', ...key] = pathname.split('/');
  if (String(headers['content-encoding'] ?? '').includes('aws-chunked'))
    return { bucket, key: keyOf(key), query: new URLSearchParams(query), ...unchunked(headers, body) };
  return { bucket, key: keyOf(key), query: new URLSearchParams(query), headers, body };
}

const keyOf = (parts: readonly string[]) => decodeURIComponent(parts.join('/'));

/**
 * Takes a body in chunks apart: `<size in hex>[;signature]\r\n<bytes>\r\n`, the last of size 0, then trailing headers
 * with the checksum (S3 API reference, "Signature calculations … trailing headers").
 */
function unchunked(headers: S3Request['headers'], body: Buffer): Pick<S3Request, 'headers' | 'body'> {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    if (end === -1) throw new AwsError('IncompleteBody', 'The request body ended in the middle of a chunk.');
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    at = end + 2;
    if (size === 0) break;
    parts.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = body
    .toString('latin1', at)
    .split('\r\n')
    .flatMap((line) =>
      line.includes(':')
        ? [[line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]]
        : [],
    );
  return { headers: { ...headers, ...Object.fromEntries(trailers) }, body: Buffer.concat(parts) };
}

function checkBucketPolicy(policy: Policy | undefined, needs: readonly Need[], { arn }: Caller): void {
  if (!policy) return;
  for (const need of needs) {
    const keys = { 'aws:SecureTransport': 'true', 'aws:PrincipalArn': arn, ...need.keys };
    const concerning = policy.statements.filter(({ Principal }) => concerns(Principal?.['AWS'] ?? [], arn));
    if (evaluate([{ ...policy, statements: concerning }], { ...need, keys }).decision === 'explicitDeny')
      throw new AwsError(
        'AccessDenied',
        `User: ${arn} is not authorized to perform: ${need.action} on resource: "${need.resource}" with an explicit deny in a resource-based policy`,
        403,
      );
  }
}

const concerns = (principals: readonly string[], arn: string) => principals.some((one) => one === '*' || one === arn);

const withRequestId = (response: HttpResponse, requestId: string): HttpResponse => ({
  ...response,
  headers: { ...response.headers, 'x-amz-request-id': requestId },
});

function failure(error: unknown, method: string, requestId: string): HttpResponse {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalError',
          `The embedded account failed: ${error instanceof Error ? error.stack : error}`,
          500,
        );
  // A denial has a name of S3's own.
  const denied = known.code === 'AccessDeniedException';
  const code = denied ? 'AccessDenied' : known.code;
  return {
    status: denied ? 403 : known.statusCode,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: method === 'HEAD' ? '' : errorBody(code, known.message, requestId),
  };
}
