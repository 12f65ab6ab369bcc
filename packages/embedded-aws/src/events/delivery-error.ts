import { AwsError } from '../wire/aws-error.ts';

/** Why a target could not be reached. */
export type DeliveryError = {
  /** As dead letters name it (EventBridge guide, "Using dead-letter queues", sample of ERROR_CODE). */
  readonly code: string;
  readonly message: string;
  /** Whether another attempt may help; what needs a person, a missing permission or target, does not. */
  readonly retryable: boolean;
};

const CODES: readonly (readonly [RegExp, string])[] = [
  [/^AccessDenied|NotAuthorized/, 'NO_PERMISSIONS'],
  [/NotFound|DoesNotExist/, 'NO_RESOURCE'],
  [/AlreadyExists/, 'RESOURCE_ALREADY_EXISTS'],
  [/^InvalidExecutionInput|^InvalidRequestContent/, 'INVALID_JSON'],
  [/^Validation|^InvalidParameter/, 'INVALID_PARAMETER'],
];

/** Throttling and errors on the target's side pass by themselves; what the target refuses, it will refuse again. */
export function deliveryError(error: unknown): DeliveryError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SyntaxError) return { code: 'INVALID_JSON', message, retryable: false };
  if (!(error instanceof AwsError)) return { code: 'UNKNOWN', message, retryable: false };
  if (/Throttl|TooManyRequests|LimitExceeded/.test(error.code)) return { code: 'THROTTLING', message, retryable: true };
  if (error.statusCode >= 500) return { code: 'INTERNAL_ERROR', message, retryable: true };
  const [, code = 'SDK_CLIENT_ERROR'] = CODES.find(([pattern]) => pattern.test(error.code)) ?? [];
  return { code, message, retryable: false };
}
