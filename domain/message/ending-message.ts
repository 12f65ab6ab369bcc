import type { Ending } from '../ending.ts';

/**
 * The message that tells people of an ending. The other endings have none: another rollback tells people, or the person who
 * started this one sees them.
 */
const messages = {
  'Rolled back': 'rollback-complete',
  'Rolled back, unverified': 'rollback-unverified',
  'Stood down': 'stood-down',
  'Fix forward': 'fix-forward',
  'Deferred to next release': 'deferred-to-next-release',
  'Observed only': 'observed-only',
  'Needs a person': 'needs-a-person',
} as const satisfies Partial<Record<Ending, string>>;

/** The name of such a message, and of its template. */
export type EndingMessage = (typeof messages)[keyof typeof messages];
export const endingMessages: readonly EndingMessage[] = Object.values(messages);

/** Returns the message of an ending; undefined: it has none. */
export const messageOfEnding = (ending: Ending): EndingMessage | undefined =>
  (messages as Partial<Record<Ending, EndingMessage>>)[ending];
