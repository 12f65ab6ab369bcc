import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The longest that code stays readable without scrolling; a constructor is a table of contents, so it is shorter. */
const most = { lines: 60, constructorLines: 40, parameters: 4 };

/** Functions that may be larger, as `file: name`, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {};

type Size = { readonly name: string; readonly line: number; readonly lines: number; readonly parameters: number };
type Node = { readonly type: string; readonly [key: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Yields every function of a syntax tree with the name that its declaration, key or variable gives it. */
function* functionsIn(node: Node, name = 'anonymous'): Generator<Size> {
  const own = (isNode(node['id']) && node['id']['name']) || (isNode(node['key']) && node['key']['name']) || name;
  if (Array.isArray(node['params']) && isNode(node['body'])) {
    const { start, end } = node['loc'] as { start: { line: number }; end: { line: number } };
    yield {
      name: String(own),
      line: start.line,
      lines: end.line - start.line + 1,
      parameters: node['params'].reduce((sum: number, one: Node) => sum + parameters(one), 0),
    };
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) yield* functionsIn(child, typeof own === 'string' ? own : name);
  }
}

/** A rest parameter that is taken apart into several names counts as that many: it would hide them otherwise. */
function parameters({ type, argument }: Node): number {
  if (type !== 'RestElement' || !isNode(argument) || argument.type !== 'ArrayPattern') return 1;
  return (argument['elements'] as unknown[]).length;
}

const sizesIn = (text: string): Size[] => [
  ...functionsIn(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node),
];

/** One sentence per function that is too large. */
const tooLarge = (file: string, sizes: readonly Size[]): string[] =>
  sizes.flatMap(({ name, line, lines, parameters }) => {
    if (exceptions[`${file}: ${name}`]) return [];
    const limit = name === 'constructor' ? most.constructorLines : most.lines;
    return [
      ...(lines > limit ? [`${file}:${line}: ${name} has ${lines} lines, at most ${limit}`] : []),
      ...(parameters > most.parameters
        ? [`${file}:${line}: ${name} takes ${parameters} parameters, at most ${most.parameters}`]
        : []),
    ];
  });

/** The product's and the embedded account's files; a test's describe block is as long as its facts are many. */
const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !/(^|\/)tests?\//.test(file));

/** The sizes of all functions of each file. Parsing takes seconds, so each file is parsed once. */
const sizes = files.map((file) => [file, sizesIn(readFileSync(join(root, file), 'utf8'))] as const);

test('no function is longer than a screen or takes more than four parameters', () => {
  expect(sizes.flatMap(([file, all]) => tooLarge(file, all))).toEqual([]);
});

test('every exception names a function that exists and is too large', () => {
  const large = sizes.flatMap(([file, all]) =>
    all
      .filter(({ lines, parameters }) => lines > most.constructorLines || parameters > most.parameters)
      .map(({ name }) => `${file}: ${name}`),
  );
  expect(Object.keys(exceptions).filter((one) => !large.includes(one))).toEqual([]);
});

describe('a function that is too large is found:', () => {
  const lines = (count: number) => 'f();\n'.repeat(count);
  test.each([
    ['a declaration of 61 lines', `function long() {\n${lines(59)}}`, 'a.ts:1: long has 61 lines, at most 60'],
    ['an arrow function', `const long = () => {\n${lines(59)}};`, 'a.ts:1: long has 61 lines, at most 60'],
    [
      'a constructor of 41 lines',
      `class A {\n  constructor() {\n${lines(39)}}\n}`,
      'a.ts:2: constructor has 41 lines, at most 40',
    ],
    ['a method', `class A {\n  long() {\n${lines(59)}}\n}`, 'a.ts:2: long has 61 lines, at most 60'],
    ['five parameters', 'const five = (a, b, c, d, e) => a;', 'a.ts:1: five takes 5 parameters, at most 4'],
    [
      'five parameters behind a rest tuple',
      'const five = (...[a, b, c, d, e]: Five) => a;',
      'a.ts:1: five takes 5 parameters, at most 4',
    ],
  ])('%s', (_, text, sentence) => {
    expect(tooLarge('a.ts', sizesIn(text))).toEqual([sentence]);
  });

  test.each([
    ['60 lines', `function long() {\n${lines(58)}}`],
    ['four parameters, one an object', 'const four = (a, b, c, { d, e, f }) => a;'],
  ])('but not %s', (_, text) => {
    expect(tooLarge('a.ts', sizesIn(text))).toEqual([]);
  });
});
