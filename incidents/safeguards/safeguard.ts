/** A text of a source file, and the text that takes its place. */
export type Patch = {
  /** The file's path from the project's root. */
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly before: string;
  readonly after: string;
};

/** A random incident that breaks an invariant without a safeguard, and not with it. */
export type FoundBy = {
  readonly seed: number;
  /** Its number among all incidents of the seed, played or not. */
  readonly number: number;
  /** The invariant. */
  readonly breaks: string;
  /** The generator that drew it (generatorOf() in search.ts): another one draws another incident under this number. */
  readonly generator: string;
};

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

/** Returns a safeguard's row in docs/safeguards.md. `found`: the incident that found it; undefined: none did yet. */
export function row({ name, prevents, story: path, breaks }: Safeguard, found: FoundBy | undefined): string {
  const file = path.split('/').at(-1)?.replace('.yaml', '');
  const shown = `[${file}](../${path})${breaks ? `, by \`${breaks}\`` : ''}`;
  const drawn = found ? `${found.seed} | ${found.number}, by \`${found.breaks}\`` : '- | a story';
  return `| ${name} | ${prevents} | ${shown} | ${drawn} |`;
}

const head = '| safeguard | its purpose | the story that fails without it | seed | incidents needed |';
const isRow = (line: string) => /^\|.*\|$/.test(line);

/** Returns the page with the table's rows as they are now. */
export function withRows(page: string, rows: readonly string[]): string {
  const lines = page.split('\n');
  const from = lines.indexOf(head);
  if (from === -1) throw new Error(`docs/safeguards.md has no line "${head}"; put it back.`);
  const length = lines.slice(from).findIndex((line) => !isRow(line));
  return lines
    .toSpliced(from, length === -1 ? lines.length : length, head, '|---|---|---|---|---|', ...rows)
    .join('\n');
}
