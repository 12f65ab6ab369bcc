/**
 * An error as an AWS API answers it.
 *
 * `code` is the service's own name for it (`ThrottlingException`): SDK clients, and through them the state machines,
 * match on that name.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.statusCode = statusCode;
  }
}
