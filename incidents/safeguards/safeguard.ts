/** A text of a source file, and the text that takes its place. */
export type Patch = {
  /** The file's path from the project's root. */
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly before: string;
  readonly after: string;
};

/** A number of a random incident: `npm run incidents -- --seed SEED --from NUMBER --count 1`. */
export type Numbered = { readonly seed: number; readonly number: number };

/** A part of the product without which something that the product promises can break. */
export type Safeguard = {
  readonly name: string;
  /** A sentence: the safeguard, and what it prevents. */
  readonly prevents: string;
  /** Removes the safeguard from the source. A safeguard on hosts has a second text in the model of hosts. */
  readonly patches: readonly Patch[];
  /** The path of a story that holds with the safeguard and fails without it. */
  readonly story: string;
  /** The invariant that the story breaks without the safeguard; absent: it breaks the story's own expectations. */
  readonly breaks?: string;
  /**
   * Words that an incident has which can find it: a regular expression on the incident as JSON. The others are not played.
   * Absent: every incident is played.
   */
  readonly kinds?: string;
  /** The first incident that breaks an invariant without the safeguard. Absent: none did within what was played. */
  readonly found?: Numbered & { readonly breaks: string };
};

/** Returns a text without the safeguard. Throws if the patch does not apply exactly once: the source has changed. */
export function without(text: string, { file, before, after }: Patch): string {
  const times = text.split(before).length - 1;
  if (times !== 1)
    throw new Error(
      `${file} has the patched text ${times} times, expected once. Correct the patch in incidents/safeguards: ${JSON.stringify(before.slice(0, 80))}`,
    );
  return text.replace(before, () => after);
}

const rehearsed = (name: string) => `rehearsals/stories/${name}.yaml`;
const own = (name: string) => `incidents/safeguards/stories/${name}.yaml`;
/** Paths of stories: of those that every change is tested with, and of those that only show a safeguard. */
export const story = { rehearsed, own };

/** Returns a safeguard's row in docs/safeguards.md. */
export function row({ name, prevents, story: path, breaks, found }: Safeguard): string {
  const file = path.split('/').at(-1)?.replace('.yaml', '');
  const shown = `[${file}](../${path})${breaks ? `, by \`${breaks}\`` : ''}`;
  const drawn = found
    ? `seed ${found.seed}, after ${found.number.toLocaleString('en-US')}, by \`${found.breaks}\``
    : 'a story';
  return `| ${name} | ${prevents} | ${shown} | ${drawn} |`;
}
