import { AwsError } from '../wire/aws-error.ts';

/** The reason why an event could not be delivered to a target. */
export type DeliveryError = {
  /** The ERROR_CODE of dead letters (EventBridge guide, "Using dead-letter queues", sample of ERROR_CODE). */
  readonly code: string;
  readonly message: string;
  /** Whether another attempt may succeed. A missing permission or target needs a person, so it is not retryable. */
  readonly retryable: boolean;
};

const CODES: readonly (readonly [RegExp, string])[] = [
  [/^AccessDenied|NotAuthorized/, 'NO_PERMISSIONS'],
  [/NotFound|DoesNotExist/, 'NO_RESOURCE'],
  [/AlreadyExists/, 'RESOURCE_ALREADY_EXISTS'],
  [/^InvalidExecutionInput|^InvalidRequestContent/, 'INVALID_JSON'],
  [/^Validation|^InvalidParameter/, 'INVALID_PARAMETER'],
];

/** Classifies an error. Throttling and server errors are retryable; any other refusal would only repeat. */
export function deliveryError(error: unknown): DeliveryError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SyntaxError) return { code: 'INVALID_JSON', message, retryable: false };
  if (!(error instanceof AwsError)) return { code: 'UNKNOWN', message, retryable: false };
  if (/Throttl|TooManyRequests|LimitExceeded/.test(error.code)) return { code: 'THROTTLING', message, retryable: true };
  if (error.statusCode >= 500) return { code: 'INTERNAL_ERROR', message, retryable: true };
  const [, code = 'SDK_CLIENT_ERROR'] = CODES.find(([pattern]) => pattern.test(error.code)) ?? [];
  return { code, message, retryable: false };
}
