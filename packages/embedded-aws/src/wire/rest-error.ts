import { AwsError } from './aws-error.ts';
import type { HttpResponse } from './http-service.ts';

/**
 * Returns an error response of a REST API in JSON. SDK clients read the error's name from the header. A denial is 403 in
 * every REST API.
 */
export function restError(error: unknown, more: Readonly<Record<string, unknown>> = {}): HttpResponse {
  const { code, message, statusCode } =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalServerException',
          `The embedded account failed: ${error instanceof Error ? error.stack : error}`,
          500,
        );
  return {
    status: code === 'AccessDeniedException' ? 403 : statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message, ...more }),
  };
}
