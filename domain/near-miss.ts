import { distance } from 'fastest-levenshtein';

/** Returns the known word that was most likely meant; undefined if none is similar. Case and dashes are ignored. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const letters = plain(word);
  const [best] = known
    .map((one) => ({ one, far: distance(letters, plain(one)) }))
    .toSorted((a, b) => a.far - b.far)
    .filter(({ far }) => far <= Math.max(letters.length < 4 ? 1 : 2, letters.length / 3)) // a swapped pair of letters is a distance of 2
    .filter(({ one, far }) => far < 2 || letters.length > 4 || isLike(letters, plain(one)));
  return best?.one;
}

/** Two edits change half of a word of four letters, such as "fish" to "bash": it must begin alike, or have the same letters. */
const isLike = (letters: string, known: string) =>
  letters[0] === known[0] || [...letters].toSorted().join('') === [...known].toSorted().join('');

const plain = (word: string) => word.toLowerCase().replaceAll(/[^a-z0-9.]/g, '');
