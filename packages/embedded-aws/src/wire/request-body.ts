import { AwsError } from './aws-error.ts';

/** Returns a request's JSON object; `{}` if there is no body. */
export function requestBody(body: string): Record<string, unknown> {
  const request = parsed(body || '{}');
  if (typeof request === 'object' && request !== null && !Array.isArray(request))
    return request as Record<string, unknown>;
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
