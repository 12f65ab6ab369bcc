import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

type Node = { readonly type: string; readonly [key: string]: unknown };
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Names whose use reaches time, chance or the process directly: they must arrive as arguments. */
const ambient = [
  'process',
  'Math.random',
  'Date.now',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  // In the simulator standard output is a command's own, which may be JSON. console.warn logs on standard error.
  'console.log',
  'console.info',
];
const ambientModules = /^(node:)?(timers|timers\/promises|process|child_process|fs|fs\/promises|net|http|https|os)$/;
const ambientImports = ['randomUUID', 'randomBytes', 'randomInt'];

/** Returns a name or a dotted path of names, such as `Math.random`; undefined for any other expression. */
function pathOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  const object = pathOf(node['object']);
  return object && `${object}.${pathOf(node['property'])}`;
}

/** Returns what one syntax node takes from the outside world; undefined if nothing. */
function taken(node: Node): string | undefined {
  const callee = pathOf(node['callee']);
  const none = Array.isArray(node['arguments']) && node['arguments'].length === 0;
  if (node.type === 'NewExpression' && callee === 'Date' && none) return 'new Date()';
  if (node.type === 'CallExpression' && callee === 'Date') return 'Date()';
  if (node.type === 'NewExpression' && callee?.endsWith('Client')) return `new ${callee}`;
  if (node.type === 'CallExpression' && callee === 'DynamoDBDocumentClient.from') return callee;
  if (node.type === 'ImportDeclaration') {
    const module = String((node['source'] as Node)['value']);
    if (ambientModules.test(module)) return `import of ${module}`;
  }
  if (node.type === 'ImportSpecifier') return ambientImports.find((name) => name === pathOf(node['imported']));
  if (node.type === 'MemberExpression' || node.type === 'Identifier')
    return ambient.find((name) => name === pathOf(node));
  return undefined;
}

/** Yields `line: what` per use; a key or a member of the same name, such as `{ process: 1 }`, is no use. */
function* usesIn(node: Node): Generator<string> {
  const what = taken(node);
  if (what) yield `${(node['loc'] as { start: { line: number } }).start.line}: ${what}`;
  const isMember = node.type === 'MemberExpression' && node['computed'] !== true;
  const isKey = node.type.startsWith('Object') || node.type.startsWith('TS');
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc' || (isMember && key === 'property') || (isKey && key === 'key')) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* usesIn(child);
  }
}

const syntaxOf = (text: string) =>
  parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node;
const uses = (text: string) => [...usesIn(syntaxOf(text))];

/** Yields every `new` and every call that runs when the module is imported, outside of functions. */
function* madeAtImport(node: Node): Generator<string> {
  if (Array.isArray(node['params'])) return;
  if (node.type === 'NewExpression' || node.type === 'CallExpression') yield String(pathOf(node['callee']));
  for (const [key, value] of Object.entries(node))
    if (key !== 'loc')
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* madeAtImport(child);
}

/** The files that may: those that make the clients and the clock, and each function's entry point. */
const makers = ['lambdas/wiring/aws-clients.ts', 'lambdas/wiring/clock.ts'];
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'lambdas/*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)) && !/^lambdas\/[^/]+\/index\.ts$/.test(file));
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

test('time, chance, settings and AWS clients arrive as arguments below index.ts', () => {
  const inner = files.filter((file) => !makers.includes(file));
  expect(inner.length).toBeGreaterThan(80);
  expect(inner.flatMap((file) => uses(textOf(file)).map((use) => `${file}:${use}`))).toEqual([]);
});

test.each(makers)('%s makes nothing when it is imported', (file) => {
  expect([...madeAtImport(syntaxOf(textOf(file)))]).toEqual([]);
  expect(uses(textOf(file))).not.toEqual([]);
});

describe('a use of the outside world is found:', () => {
  test.each([
    ['process.env', "const table = process.env['TABLE'];", '1: process'],
    ['process.env, destructured', 'const { env } = process;', '1: process'],
    ['Date.now', 'const now = Date.now;', '1: Date.now'],
    ['new Date()', 'const at = new Date().toISOString();', '1: new Date()'],
    ['Math.random', '\nconst a = () => Math.random();', '2: Math.random'],
    ['randomUUID', "import { randomUUID } from 'node:crypto';", '1: randomUUID'],
    ['a global random id', 'const id = crypto.randomUUID();', '1: crypto'],
    ['a timer', 'setTimeout(() => {}, 1);', '1: setTimeout'],
    [
      'timers/promises',
      "import { setTimeout as sleep } from 'node:timers/promises';",
      '1: import of node:timers/promises',
    ],
    ['an AWS client', 'const ssm = new SSMClient({});', '1: new SSMClient'],
    ['a document client', 'const db = DynamoDBDocumentClient.from(client);', '1: DynamoDBDocumentClient.from'],
    ['a default argument', 'const f = (sns = new SNSClient({})) => sns;', '1: new SNSClient'],
  ])('%s', (_, text, use) => {
    expect(uses(text)).toContain(use);
  });

  test.each([
    ['a given instant', 'const at = new Date(now());'],
    ['a parsed instant', 'const at = Date.parse(text);'],
    ['a hash', "import { createHash } from 'node:crypto';"],
    ['a client as a type', "import type { SSMClient } from '@aws-sdk/client-ssm';\nconst f = (ssm: SSMClient) => ssm;"],
    ['a command', 'client.send(new GetCommand({}));'],
    ['a key of the same name', 'const a = { process: 1, fetch: 2 }; a.process;'],
  ])('but not %s', (_, text) => {
    expect(uses(text)).toEqual([]);
  });

  test('a client that is made at import', () => {
    expect([...madeAtImport(syntaxOf('const ssm = new SSMClient({});'))]).toEqual(['SSMClient']);
    expect([...madeAtImport(syntaxOf('const ssm = () => new SSMClient({});'))]).toEqual([]);
  });
});
