/** The words in commands and inputs to paste that a person must replace. An input that still has one is refused. */
export const yourName = 'YOUR NAME';
export const yourReason = 'WHY';
export const deployedVersion = 'VERSION';
export const hostName = 'HOST';
export const ownerName = 'NAME';
export const whatYouFound = 'WHAT YOU FOUND';

const replacements: ReadonlyMap<string, string> = new Map([
  [yourName, 'your own name'],
  ['YOU', 'your own name'],
  [yourReason, 'your reason'],
  [deployedVersion, 'the version that was deployed'],
  [ownerName, 'the real name'],
  [whatYouFound, 'what you found or did'],
]);

/** Returns what to replace if the text is a placeholder, in any case of letters; otherwise undefined. */
export function mistakenPlaceholder(found: unknown): string | undefined {
  const word = typeof found === 'string' ? found.trim().toUpperCase() : '';
  const replacement = replacements.get(word);
  return replacement && `replace ${word} with ${replacement}`;
}
