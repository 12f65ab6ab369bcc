import { unprintable } from '../printable.ts';

/** The error and the cause of an execution that ended, as Step Functions or the person who stopped it gave them. */
export type ExecutionEnd = { readonly error?: string | undefined; readonly cause?: string | undefined };

/** DescribeExecution shows an execution within seconds of its start; after five minutes a missing one was deleted. */
const missingMilliseconds = 5 * 60_000;

/** Returns whether an execution that Step Functions does not have was deleted. `since`: when it ran; undefined: unknown. */
export const isDeleted = (since: string | undefined, now: number): boolean =>
  since !== undefined && now - Date.parse(since) > missingMilliseconds;

/** A page and a record must stay readable: Step Functions takes causes of up to 32,768 characters. */
const longest = 300;

/**
 * Adds the cause of an execution's end to a sentence without a full stop: `…: StoppedByAna: the wrong phase`. The text is
 * somebody's own, so it is one line of at most 300 printable characters.
 */
export function withCause(sentence: string, { error, cause }: ExecutionEnd): string {
  const said = [error, cause]
    .filter((one) => one !== undefined)
    .map((one) => one.replaceAll(new RegExp(unprintable, 'gu'), ' ').trim())
    .filter((one) => one !== '')
    .join(': ');
  if (said === '') return `${sentence}.`;
  return `${sentence}: ${said.length > longest ? `${said.slice(0, longest)}…` : said}`;
}
