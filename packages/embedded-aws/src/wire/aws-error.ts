/** The status of a request that gets no response: its connection stays open until the client closes it. */
export const noResponse = 0;

/** The status of a response that no client can read: the action succeeded, and the body is not what the protocol says. */
export const garbledResponse = 299;

/** The body of a garbled response: a page of a proxy, cut off. */
export const GARBLED = '<html><head><title>200 OK</title></head><body><cen';
/** The error for an access key that AWS does not know (DynamoDB and Step Functions API references, "Common Errors"). */
export const unknownKey = 'UnrecognizedClientException';

/**
 * An error response of an AWS API.
 *
 * `code` is the service's own name of the error (`ThrottlingException`). SDK clients match on that name, and so do the
 * state machines.
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
