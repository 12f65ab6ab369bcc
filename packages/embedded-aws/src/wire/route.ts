import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '../clock/clock.ts';
import { remembered } from '../remembered.ts';
import { AwsError, GARBLED, garbledResponse, noResponse } from './aws-error.ts';
import type { HttpRequest, HttpResponse } from './http-service.ts';
import { isReceiver } from './receiver-path.ts';
import type { Caller } from './service.ts';
import { unknownService } from './unknown-service.ts';

/** A service of the JSON protocol, found by the prefix of X-Amz-Target, e.g. `AmazonSSM`. */
export type WireService = {
  readonly jsonVersion: '1.0' | '1.1';
  /** Responds to one action, or throws an AwsError. */
  readonly respond: (action: string, body: string, caller: Caller) => Promise<WireResponse>;
  /** The same for a request whose JSON is there as a value. Absent: the service reads bodies only. */
  readonly respondTo?: (action: string, value: object, caller: Caller) => Promise<WireResponse>;
};
export type WireResponse = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As of a response of HTTP. */
  readonly value?: object | undefined;
};

/** A response that does not end with its first line. */
export type Stream = {
  writeHead(status: number, headers: Record<string, string>): unknown;
  flushHeaders(): void;
  end(): unknown;
  on(event: 'close', closed: () => void): unknown;
} & (Written | Heard);
/** A stream that takes each event as a line. Node's ServerResponse is one. */
type Written = { write(text: string): unknown; readonly hear?: undefined };
/** A stream of this process, which takes the event itself. */
type Heard = { hear(event: Readonly<Record<string, unknown>>): unknown };

/** Handles the requests under `/_account/`. A request for a stream writes to `stream` and returns nothing. */
export type Control = (method: string, path: string, body: string, stream: Stream) => Promise<unknown>;

/** The account behind its address: everything that a request can reach. */
export type Reachable = {
  readonly clock: Clock;
  /** By the prefix of X-Amz-Target. */
  readonly services: Readonly<Record<string, WireService>>;
  /** Services with their own protocol, by the service name in the signature: `sns`. */
  readonly httpServices: Readonly<Record<string, (request: HttpRequest, caller: Caller) => Promise<HttpResponse>>>;
  readonly control: Control;
  /** Handles what functions post to services outside AWS. Absent: the account has no receivers. */
  readonly receive?: (request: HttpRequest) => HttpResponse;
  readonly callerOf: (authorization: string | undefined) => Caller;
  readonly requestId: () => string;
  /** Called for every request to a service. */
  readonly requested: (action: string, caller: Caller) => void;
  /** Called when a request has been carried out. Returns true if its caller has ended and receives no response. */
  readonly answered: (caller: Caller) => boolean;
};

/** Returns the response to a request of an SDK or the CLI, however the request arrived. */
export async function responseTo(account: Reachable, request: HttpRequest): Promise<HttpResponse> {
  if (account.receive && isReceiver(request.path)) return account.receive(request);
  const caller = account.callerOf(request.headers.authorization);
  const result = await serviceResponse(account, isPacked(request) ? await unpacked(request) : request, caller);
  if (account.answered(caller)) return { status: noResponse, headers: {}, body: '' };
  return { ...result, headers: { 'x-amzn-requestid': account.requestId(), ...result.headers } };
}

async function serviceResponse(account: Reachable, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const { method, path, headers, value } = request;
  const [prefix, action] = targetOf(String(headers['x-amz-target'] ?? ''));
  const signedFor = signingName(headers.authorization ?? '');
  const http = account.httpServices[signedFor];
  account.requested(
    http ? `${signedFor} ${action || `${method} ${path.split('?')[0]}`}` : `${prefix}.${action}`,
    caller,
  );
  if (http) return http(request, caller);
  const service = account.services[prefix];
  if (!service) return unknownService(request, prefix || signedFor);
  const result = await orError(() =>
    value && service.respondTo
      ? service.respondTo(action, value, caller)
      : service.respond(action, String(request.body), caller),
  );
  return {
    status: result.status,
    body: result.body,
    value: result.value,
    headers: { 'content-type': `application/x-amz-json-${service.jsonVersion}`, ...result.headers },
  };
}

/** Returns the prefix and the action of a target: `com.amazonaws.….Service.Action`. */
function targetOf(target: string): [prefix: string, action: string] {
  const dot = target.lastIndexOf('.');
  return [target.slice(target.lastIndexOf('.', dot - 1) + 1, Math.max(dot, 0)), target.slice(dot + 1)];
}

/** The most headers whose service is remembered: a caller of this process sends the same one again and again. */
const MOST_SIGNATURES = 500;

/** The service in a signature's credential scope: `Credential=<key>/20260105/us-east-1/sns/aws4_request`. */
const signingName = remembered(
  MOST_SIGNATURES,
  (authorization) => authorization.match(/Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/)?.[1] ?? '',
);

/** Returns the response of a service. An error becomes the response that the JSON protocol has for it. */
async function orError(respond: () => Promise<WireResponse>): Promise<WireResponse> {
  try {
    return await respond();
  } catch (error) {
    const { code, message, statusCode } =
      error instanceof AwsError
        ? error
        : new AwsError('InternalServerError', `The embedded account failed: ${(error as Error).stack}`, 500);
    if (statusCode === garbledResponse) return { status: 200, body: GARBLED };
    return { status: statusCode, body: JSON.stringify({ __type: code, message, Message: message }) };
  }
}

/** Returns whether the SDK has compressed the body: it does so for large ones of some actions, e.g. PutMetricData. */
const isPacked = ({ headers }: HttpRequest): boolean => headers['content-encoding'] === 'gzip';

const unpacked = async (request: HttpRequest): Promise<HttpRequest> => ({
  ...request,
  body: await promisify(gunzip)(request.body),
});

export const isControl = (path: string): boolean => path === '/_account' || path.startsWith('/_account/');

/** Returns the response to a request under `/_account/`; undefined if it became a stream. */
export async function controlResponse(
  control: Control,
  { method, path, body }: Pick<HttpRequest, 'method' | 'path' | 'body'>,
  stream: Stream & { readonly headersSent: boolean },
): Promise<{ status: number; body: string } | undefined> {
  try {
    const result = await control(method, path, String(body), stream);
    return stream.headersSent ? undefined : { status: 200, body: `${JSON.stringify(result ?? {})}\n` };
  } catch (error) {
    return { status: 400, body: `${JSON.stringify({ error: (error as Error).message })}\n` };
  }
}
