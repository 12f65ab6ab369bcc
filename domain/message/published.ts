/** A message about a rollback as it was published to the operators' topic. */
export type Published = {
  readonly subject: string;
  readonly body: string;
  /** The message's name, such as `question-2`. */
  readonly message: string;
  readonly rollback: string;
  readonly phase: string;
  readonly severity: string;
  readonly audience: readonly string[];
  /** The level that it calls; absent: it calls nobody. */
  readonly level?: string;
  /** ISO 8601. */
  readonly at: string;
};

/** Returns the commands to paste in a message's text, without repeats. */
export const commandsIn = (body: string): string[] => [
  ...new Set(
    body
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('npm run rollback -- ')),
  ),
];

/** Returns the addresses in a message's text, without repeats and without a full stop behind them. */
export const linksIn = (body: string): string[] => [
  ...new Set([...body.matchAll(/https:\/\/[^\s<>"]+/g)].map(([link]) => link.replace(/[.,;:)]+$/, ''))),
];

/** Returns a text of at most so many characters; one that is cut ends with …, and no character is cut in half. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
