import { StateFailure } from './state-failure.ts';

/** A JSON document that passes between states: its value, and its text, which the history shows and the limit counts. */
export type Payload = { readonly value: unknown; readonly text: string };

/** 256 KiB of UTF-8, for the input or output of a task, a state or an execution (Step Functions quotas). */
export const PAYLOAD_LIMIT = 262_144;

/**
 * What an expression or task gave, as JSON.
 *
 * Objects are read back from their text: this drops what is not JSON, and no later state can change them in place.
 */
export function payload(value: unknown): Payload {
  const text = JSON.stringify(value) ?? 'null';
  return { value: typeof value === 'object' ? JSON.parse(text) : (value ?? null), text };
}

export function tooLarge(text: string): boolean {
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so short texts need no counting.
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT;
}

/** The payload, unless it is over the limit: then the state fails with States.DataLimitExceeded. */
export function limited(subject: string, result: Payload): Payload {
  if (!tooLarge(result.text)) return result;
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new StateFailure('States.DataLimitExceeded', cause);
}
