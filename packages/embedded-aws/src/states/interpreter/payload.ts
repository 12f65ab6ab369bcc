import { StateFailure } from './state-failure.ts';

/** A JSON document that passes between states: its value, and its text, which the history contains and the limit counts. */
export type Payload = { readonly value: unknown; readonly text: string };

/** The largest input or output of a task, a state or an execution: 256 KiB of UTF-8 (Step Functions quotas). */
export const PAYLOAD_LIMIT = 262_144;

/**
 * Returns the result of an expression or a task as a JSON document.
 *
 * Objects are parsed from their text. This drops values without a JSON form, and no later state can change the object in place.
 */
export function payload(value: unknown): Payload {
  const text = JSON.stringify(value) ?? 'null';
  return { value: typeof value === 'object' ? JSON.parse(text) : (value ?? null), text };
}

export function tooLarge(text: string): boolean {
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so short texts need no counting.
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT;
}

/** Returns the payload. Throws States.DataLimitExceeded if it is over the limit. */
export function limited(subject: string, result: Payload): Payload {
  if (!tooLarge(result.text)) return result;
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new StateFailure('States.DataLimitExceeded', cause);
}
