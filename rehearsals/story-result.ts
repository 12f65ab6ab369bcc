import type { Execution, PublishedMessage } from './account.ts';

/** Result of a story; `--json` prints exactly this. All times are the account's. */
export type StoryResult = {
  readonly passed: boolean;
  /** One sentence per difference between the story's expectations and what was found. */
  readonly differences: readonly string[];
  readonly ending: unknown;
  /** Minutes from the story's start to this ending, two decimals; null if the rollback has no ending. */
  readonly minutes: number | null;
  /** The stored RECORD; null if the execution never opened a rollback. */
  readonly rollback: Readonly<Record<string, unknown>> | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Messages of this rollback. */
  readonly messages: readonly PublishedMessage[];
  readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly execution: Execution | null;
  readonly timings: Readonly<Record<string, unknown>>;
  readonly seed: number;
};
