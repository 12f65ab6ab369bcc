import { isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';
import { expectationOf } from './expectation.ts';
import { InvalidFile } from './invalid-file.ts';
import type { MistakeAt } from './look-alikes.ts';
import { type Issue, mistakeSentence, placeOf } from './mistake-sentence.ts';
import type { Reference } from './reference.ts';
import { oneIssuePerMistake, unknownWords } from './yaml-issues.ts';
import { syntaxMistakes } from './yaml-syntax.ts';

/** A valid file, with the line numbers that checks between files need. */
export type YamlFile<T> = {
  readonly file: string;
  readonly value: T;
  /** Returns `file:line: path: sentence` with the line at which the value of a path is written. */
  readonly mistake: (path: readonly PropertyKey[], sentence: string) => string;
};

/**
 * Parses a file and checks it against a schema, and its words against `references`.
 *
 * Throws InvalidFile with the file and line of every mistake, unknown words included.
 */
export function readYaml<T>(
  schema: z.ZodType<T>,
  file: string,
  text: string,
  references: readonly Reference[] = [],
): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (found: readonly MistakeAt[]): never => {
    const numbered = found.map(({ at, sentence }) => ({ line: lines.linePos(at).line, sentence }));
    const sorted = numbered.toSorted((a, b) => a.line - b.line);
    throw new InvalidFile(sorted.map(({ line, sentence }) => `${file}:${line}: ${sentence}`));
  };
  const broken = syntaxMistakes(document, text);
  if (broken.length > 0) refuse(broken);

  const value: unknown = document.toJS();
  const placed = (path: readonly PropertyKey[]) => nearestNode(document.contents, path)?.range?.[0] ?? 0;
  const result = schema.safeParse(value, { error: expectationOf(schema) });
  const issues = oneIssuePerMistake(result.error?.issues ?? []);
  const all = [...issues, ...unknownWords(value, references, issues)];
  if (result.success && all.length === 0)
    return {
      file,
      value: result.data,
      mistake: (path, sentence) => `${file}:${lines.linePos(placed(path)).line}: ${placeOf(path)}${sentence}`,
    };
  return refuse(
    all.map((issue) => ({
      at: placed(keysToward(issue)),
      sentence: mistakeSentence(issue, document.getIn(issue.path, true)),
    })),
  );
}

/** As readYaml, but returns the value only, without line numbers. */
export const parseYaml = <T>(schema: z.ZodType<T>, file: string, text: string, references?: readonly Reference[]): T =>
  readYaml(schema, file, text, references).value;

/** Runs every reading. Returns the values of those that succeed, and the mistakes (InvalidFile) of the others. */
export function readEach<T>(readings: readonly (() => T)[]): { values: T[]; mistakes: string[] } {
  const [values, mistakes]: [T[], string[]] = [[], []];
  for (const read of readings)
    try {
      values.push(read());
    } catch (error) {
      if (!(error instanceof InvalidFile)) throw error;
      mistakes.push(...error.mistakes);
    }
  return { values, mistakes };
}

/** Runs every reading. Returns all values, or throws one InvalidFile with the mistakes of all readings. */
export function readAll<T extends readonly unknown[]>(...readings: { [K in keyof T]: () => T[K] }): T {
  const { values, mistakes } = readEach<unknown>(readings);
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return values as unknown as T;
}

/** An unknown key is reported at the key itself, not at the mapping that holds it. */
const keysToward = (issue: Issue): PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;

function nearestNode(node: Node | null, path: readonly PropertyKey[]): Node | null {
  const [key, ...rest] = path;
  if (key === undefined || node === null) return node;
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    );
    if (!pair) return node;
    if (rest.length === 0) return isNode(pair.key) ? pair.key : node;
    return nearestNode(isNode(pair.value) ? pair.value : null, rest) ?? node;
  }
  const child = 'items' in node && Array.isArray(node.items) ? node.items[Number(key)] : undefined;
  return isNode(child) ? nearestNode(child, rest) : node;
}
