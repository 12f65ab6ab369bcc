import type * as z from 'zod';
import { nearMiss } from '../../domain/near-miss.ts';
import type { Issue } from './mistake-sentence.ts';
import { type Reference, wordsAt } from './reference.ts';

/**
 * Returns one issue per mistake of the writer.
 *
 * Each unknown key is an issue. Of a union's branches the deepest match was meant, and of two equally deep ones the one with
 * fewer mistakes. A misspelt key is reported once, not as a missing key too.
 */
export function oneIssuePerMistake(issues: readonly Issue[]): Issue[] {
  const all = branchesMeant(issues);
  const misspelt = all.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [intendedPath(issue)] : []));
  return all.filter(({ code, path }) => code === 'unrecognized_keys' || !misspelt.includes(JSON.stringify(path)));
}

function branchesMeant(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...issue, keys: [key] }));
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const furthest = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
    return branchesMeant(furthest).map((inner) => ({
      ...inner,
      path: [...issue.path, ...inner.path],
    }));
  });
}

/** Returns the path of the known key that an unknown key was probably meant to be. */
const intendedPath = ({ path, keys: [key = ''], message }: z.core.$ZodIssueUnrecognizedKeys) =>
  JSON.stringify([...path, nearMiss(key, message.split(', '))]);

const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));

/** Returns an issue per word that is valid in the schema but unknown to the references. */
export function unknownWords(value: unknown, references: readonly Reference[], issues: readonly Issue[]): Issue[] {
  const refused = new Set(issues.map(({ path }) => JSON.stringify(path)));
  return references.flatMap((reference) =>
    wordsAt(value, reference)
      .filter(({ path, word }) => isUnknown(word, reference) && !refused.has(JSON.stringify(path)))
      .map(({ path, word }) => unknownWord([...path], word, reference)),
  );
}

/** Ignores a word of another type than the known ones, because the schema refuses it. */
const isUnknown = (word: unknown, { known }: Reference) =>
  (typeof word === 'string' || (typeof word === 'number' && typeof known[0] === 'number')) &&
  !known.some((one) => one === word);

function unknownWord(path: PropertyKey[], word: unknown, { what, known, keys }: Reference): Issue {
  const message = `${what}${known.length > 0 ? ` (${known.join(', ')})` : ', but none exists'}`;
  if (keys)
    return { code: 'unrecognized_keys', path: path.slice(0, -1), keys: [String(word)], message: known.join(', ') };
  return { code: 'invalid_value', path, values: [...known], message };
}
