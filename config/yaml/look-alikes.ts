/** A mistake in a text; `at` is its offset in characters. */
export type MistakeAt = { readonly at: number; readonly sentence: string };

/** Characters that look like a space or like nothing, but that YAML does not treat so: other spaces, and zero-width characters. */
const lookAlike = '[[\\p{Zs}\\p{Cf}]--[ ]]';

/** Writes such characters as `\u00a0`, so that a person can see them. */
export const visible = (text: string) =>
  text.replaceAll(new RegExp(lookAlike, 'gv'), (one) => `\\u${hex(one).toLowerCase()}`);

/** Finds conflict markers of a merge. Some of them are valid YAML, such as a word in a list, but none is intended. */
export function mergeConflicts(text: string): MistakeAt[] {
  const marks = [...text.matchAll(/^(<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/gm)];
  const conflicts = marks.filter(([mark]) => mark.startsWith('<'));
  return (conflicts.length > 0 ? conflicts : marks.slice(0, 1)).map(({ 0: mark, index }) => ({
    at: index,
    sentence: `expected one version, found both sides of a git conflict from ${mark} on; keep one side and delete the lines of <, = and >`,
  }));
}

/** Finds indentation that looks right in an editor: a tab, or a character that looks like a space; the latter after a colon too. */
export const invalidBlanks = (text: string): MistakeAt[] => [
  ...[...text.matchAll(/^[ -]*\t(?=.*\S)/gm)].map(({ index }) => ({
    at: index,
    sentence: 'expected spaces for indentation, found a tab; replace it with two spaces',
  })),
  // A byte order mark is allowed, because it is valid at the start of a file.
  ...[...text.matchAll(new RegExp(`^(?:[ \\-]*|[^#"'\n]*:)((?!\uFEFF)${lookAlike})`, 'gmv'))].map(
    ({ 1: found = '', index }) => ({
      at: index,
      sentence: `expected a space, found the character U+${hex(found)}, which looks like one; replace it with a space`,
    }),
  ),
];

const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
