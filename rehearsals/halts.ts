import type { Execution, PublishedMessage, RemoteAccount } from './account.ts';
import { differences } from './differences.ts';
import type { Outcome } from './story.ts';

/** The messages by which people learn what came of a halt. */
const results = ['trading-halted', 'halt-not-confirmed', 'halt-failed'];

/** Compares the result of a halt, and the time until people knew it, with a story's expectation. */
export async function haltDifferences(
  account: RemoteAccount,
  { within, ...expected }: NonNullable<Outcome['halt']>,
  { arn, started_at }: Execution,
  messages: readonly PublishedMessage[],
): Promise<string[]> {
  const found = differences(expected, await account.resultOf(arn), 'the halt');
  if (within === undefined) return found;
  const first = messages.find(({ attributes }) => results.includes(attributes['message'] ?? ''));
  const after = first && (Date.parse(first.at) - Date.parse(started_at)) / 1000;
  if (after !== undefined && after <= within) return found;
  return [
    ...found,
    `the halt: expected to be reported within ${within} s, found ${after === undefined ? 'no message' : `${after} s`}`,
  ];
}
