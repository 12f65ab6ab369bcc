import { nearMiss } from './near-miss.ts';
import { mistakenPlaceholder } from './placeholder.ts';
import { lineOf, shown } from './printable.ts';

/** Reads the fields of a person's JSON input. Every reader throws the error of `refuse` at a mistake. */
export type Fields = {
  /** One line of 1 to `most` printable characters, without the blanks around it. */
  readonly line: (key: string, most: number) => string;
  /** 1 to `most` such lines. */
  readonly lines: (key: string, most: number, longest: number) => string[];
  readonly oneOf: <Word extends string>(key: string, words: readonly Word[]) => Word;
  readonly flag: (key: string) => boolean;
  /** Reads a field if it is given; undefined if it is not. */
  readonly optional: <Value>(key: string, read: (key: string) => Value) => Value | undefined;
  readonly refuse: (wrong: string) => Error;
};

/** Checks that an input is an object of known keys, and returns its fields. */
export function fieldsOf(input: unknown, known: readonly string[], refuse: (wrong: string) => Error): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refuse(`found ${shown(input)}`);
  const given = input as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refuse(unknownKey(unknown, known));
  const present = (key: string): unknown => {
    if (given[key] === undefined || given[key] === null) throw refuse(`${key} is missing`);
    return given[key];
  };
  const printable = (key: string, found: unknown, most: number): string => {
    const line = lineOf(found, most);
    if (line === undefined)
      throw refuse(`${key} must be one line of 1 to ${most} printable characters, found ${shown(found)}`);
    const placeholder = mistakenPlaceholder(line);
    if (placeholder) throw refuse(placeholder);
    return line;
  };
  return {
    refuse,
    line: (key, most) => printable(key, present(key), most),
    lines: (key, most, longest) => {
      const found = present(key);
      if (!Array.isArray(found) || found.length === 0 || found.length > most)
        throw refuse(`${key} must be a list of 1 to ${most} texts, found ${countOrText(found)}`);
      return found.map((one) => printable(`each of ${key}`, one, longest));
    },
    oneOf: (key, words) => {
      const found = present(key);
      const word = words.find((one) => one === (typeof found === 'string' ? found.trim() : found));
      if (word === undefined) throw refuse(`${key} must be ${words.join(' or ')}, found ${shown(found)}`);
      return word;
    },
    flag: (key) => {
      const found = present(key);
      if (typeof found !== 'boolean') throw refuse(`${key} must be true or false, found ${shown(found)}`);
      return found;
    },
    optional: (key, read) => (given[key] === undefined || given[key] === null ? undefined : read(key)),
  };
}

function unknownKey(found: string, known: readonly string[]): string {
  const near = nearMiss(found, known);
  return `${shown(found)} is not one of ${known.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}

const countOrText = (found: unknown): string => (Array.isArray(found) ? String(found.length) : shown(found));
