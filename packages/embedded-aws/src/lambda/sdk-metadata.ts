import type { Instant } from '../clock/clock.ts';

/** A response of Lambda's Invoke as Step Functions' own SDK receives it. */
type Response = { readonly payload: unknown; readonly version: string; readonly requestId: string };

/**
 * Returns the part of a task's result that describes the HTTP response of Invoke.
 *
 * It counts towards the 256 KiB of a result. Its form is that of executions recorded on AWS (test/states/conformance).
 */
export function sdkMetadata({ payload, version, requestId }: Response, now: Instant) {
  const headers = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(JSON.stringify(payload) ?? '')),
    'Content-Type': 'application/json',
    Date: new Date(now).toUTCString(),
    'X-Amz-Executed-Version': version,
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': requestId,
    'X-Amzn-Trace-Id': traceId(requestId, now),
  };
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

/** Returns the end of a cause if Lambda's API refused the call. */
export const refusal = (statusCode: number, errorCode: string, requestId: string) =>
  `(Service: AWSLambda; Status Code: ${statusCode}; Error Code: ${errorCode}; Request ID: ${requestId}; Proxy: null)`;

/** Returns an X-Ray trace header; the request's id takes the place of random digits. */
function traceId(requestId: string, now: Instant): string {
  const digits = requestId.replaceAll('-', '');
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(16)};Sampled=0`;
}
