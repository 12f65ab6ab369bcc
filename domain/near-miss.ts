import { distance } from 'fastest-levenshtein';

/** The known word that was most likely meant; undefined where none is near. Case and dashes count for nothing. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const letters = plain(word);
  const [best] = known
    .map((one) => ({ one, far: distance(letters, plain(one)) }))
    .toSorted((a, b) => a.far - b.far)
    .filter(({ far }) => far <= Math.max(letters.length < 4 ? 1 : 2, letters.length / 3)); // two letters swapped are 2
  return best?.one;
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[^a-z0-9.]/g, '');
