import { isScalar, type Node } from 'yaml';
import type * as z from 'zod';
import { nearMiss } from '../../domain/near-miss.ts';
import { visible } from './look-alikes.ts';

export type Issue = z.core.$ZodIssue;

/** Returns the sentence of an issue: `steps.1.timeout: expected a duration such as 90s, 15m or 4h, found 90`. */
export function mistakeSentence(issue: Issue, node: unknown): string {
  if (issue.code === 'unrecognized_keys') return unknownKey(issue);
  if (issue.code === 'invalid_key')
    return `${placeOf(issue.path.slice(0, -1))}expected ${issue.issues[0]?.message}, found '${visible(String(issue.path.at(-1)))}'`;
  const value = isScalar(node) ? node.value : undefined;
  const known = issue.code === 'invalid_value' && typeof value === 'string' ? issue.values.map(String) : [];
  const unquoted = issue.message === 'a text' && isScalar(node) && value !== null;
  return `${placeOf(issue.path)}expected ${issue.message}, found ${shown(node, issue)}${
    unquoted ? '; in quotes it is a text' : hint(String(value), known)
  }`;
}

function unknownKey({ path, keys: [key = ''], message }: z.core.$ZodIssueUnrecognizedKeys): string {
  return `${placeOf(path)}expected one of the keys ${message}, found '${visible(key)}'${hint(key, message.split(', '))}`;
}

/** Returns the beginning of a sentence about a path in a file: `steps.1.timeout: `. */
export const placeOf = (path: readonly PropertyKey[]) => (path.length > 0 ? `${path.map(String).join('.')}: ` : '');

function hint(word: string, known: readonly string[]): string {
  const near = nearMiss(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Shows a value as it is written in the file: `012`, not 12. */
function shown(node: unknown, { path }: Issue): string {
  if (node === undefined || node === null) return path.length === 0 ? 'an empty file' : 'nothing';
  if (isScalar(node) && typeof node.value !== 'string') return node.value === null ? 'nothing' : (node.source ?? '');
  return visible(JSON.stringify((node as Node).toJSON()).slice(0, 80));
}
