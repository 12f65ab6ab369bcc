const longestLine = 23;

/** Breaks a name between words into lines of similar length. */
export function wrapped(text: string): string[] {
  const share = text.length / Math.ceil(text.length / longestLine);
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length / 2 > share) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
