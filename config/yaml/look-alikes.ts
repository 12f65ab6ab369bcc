/** A mistake at a place of a text, counted in characters. */
export type MistakeAt = { readonly at: number; readonly sentence: string };

/** What looks like a blank, or like nothing at all, and is neither to YAML: spaces but our own, and characters without width. */
const lookAlike = '[[\\p{Zs}\\p{Cf}]--[ ]]';

/** `a\u00a0b`: so that a person sees what they are told of. */
export const visible = (text: string) =>
  text.replaceAll(new RegExp(lookAlike, 'gv'), (one) => `\\u${hex(one).toLowerCase()}`);

/** Lines that a merge left. They are YAML here and there, such as a word in a list, and never meant. */
export function leftOfMerge(text: string): MistakeAt[] {
  const marks = [...text.matchAll(/^(<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/gm)];
  const conflicts = marks.filter(([mark]) => mark.startsWith('<'));
  return (conflicts.length > 0 ? conflicts : marks.slice(0, 1)).map(({ 0: mark, index }) => ({
    at: index,
    sentence: `expected one text, found both sides of a git conflict from ${mark} on; keep one, and delete the lines of <, = and >`,
  }));
}

/** Indentation that no editor shows to be wrong: a tab, or a character that looks like a blank; such a one behind a colon too. */
export const unseenBlanks = (text: string): MistakeAt[] => [
  ...[...text.matchAll(/^[ -]*\t(?=.*\S)/gm)].map(({ index }) => ({
    at: index,
    sentence: 'expected blanks for indentation, found a tab; put two blanks in its place',
  })),
  // A byte order mark is none of them: it stands at a file's start, and is right there.
  ...[...text.matchAll(new RegExp(`^(?:[ \\-]*|[^#"'\n]*:)((?!\uFEFF)${lookAlike})`, 'gmv'))].map(
    ({ 1: found = '', index }) => ({
      at: index,
      sentence: `expected blanks, found the character U+${hex(found)}, which looks like one; put a blank in its place`,
    }),
  ),
];

const hex = (character: string) => (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
