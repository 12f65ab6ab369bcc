import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type * as z from 'zod';

/** What is wrong in a file a person wrote, one line a mistake: `file:line: what was expected, what was found`. */
export class InvalidFile extends Error {
  override readonly name = 'InvalidFile';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** The file's content as `schema` describes it. Throws InvalidFile, which names file and line of every mistake. */
export function parseYaml<T>(schema: z.ZodType<T>, file: string, text: string): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(
    (error) => `${file}:${lines.linePos(error.pos[0]).line}: expected YAML, found a mistake: ${error.message}`,
  );
  if (broken.length > 0) throw new InvalidFile(broken);
  const nameless = aliasesWithoutAnchor(document);
  if (nameless.length > 0)
    throw new InvalidFile(
      nameless.map(
        ({ source, range }) =>
          `${file}:${lines.linePos(range?.[0] ?? 0).line}: expected YAML, found a mistake: nothing is anchored as &${source}`,
      ),
    );
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  throw new InvalidFile(
    flatten(result.error.issues).map((issue) => {
      const node = nearestNode(document.contents, keysToward(issue));
      const line = node?.range ? lines.linePos(node.range[0]).line : 1;
      return `${file}:${line}: ${sentence(issue, document.getIn(issue.path))}`;
    }),
  );
}

/** The parser takes these, and only reading the values would throw: without a line. */
function aliasesWithoutAnchor(document: Document): Alias[] {
  const found: Alias[] = [];
  visit(document, { Alias: (_, alias) => void (alias.resolve(document) ?? found.push(alias)) });
  return found;
}

type Issue = z.core.$ZodIssue;

/**
 * One issue a mistake of the writer's: each unknown key, and of a union's branches the one that came furthest; of two that
 * came as far, the one with fewer mistakes was meant.
 */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...issue, keys: [key] }));
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const furthest = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
    return flatten(furthest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));

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

function sentence(issue: Issue, found: unknown): string {
  const where = issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
  if (issue.code === 'unrecognized_keys') return `${where}expected only known keys, found '${issue.keys[0]}'`;
  if (issue.code === 'invalid_key') return keySentence(issue);
  const shown = isNode(found) ? JSON.stringify(found.toJSON()) : JSON.stringify(found);
  return `${where}expected ${expectation(issue)}, found ${shown === undefined ? 'nothing' : shown.slice(0, 80)}`;
}

/** The key's own schema says what it expected; the path ends with the key. */
function keySentence({ path, issues }: z.core.$ZodIssueInvalidKey): string {
  return `${path.slice(0, -1).map(String).join('.')}: expected ${issues[0]?.message}, found '${String(path.at(-1))}'`;
}

/** zod's types in the words of a person who writes YAML. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
  return issue.message;
}

function unit(origin: string, count: number | bigint): string {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  return origin === 'array' ? ' of them' : '';
}
