import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostDocuments, sharedModules } from '../../../config/host-document.ts';
import { readRunbooks } from '../../../config/infra.ts';
import { shortened } from '../../../config/shortened-python.ts';
import { python } from './host.ts';

const folder = resolve(import.meta.dirname, '../../../infra/host-scripts');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
const scripts = files.filter((name) => !name.startsWith('shared/') && name !== 'wrapper.py');

describe.each(files)('%s', (file) => {
  const text = read(file);

  test('has no double braces, because SSM would read them as a parameter', () => expect(text).not.toContain('{{'));

  test('is pure ASCII, because no byte may depend on the encoding of a host', () => {
    expect(text.match(/[^\t\n\x20-\x7e]/g)).toBeNull();
  });

  test('uses no clock, no sleep, no random number and no process id', () => {
    expect(text).not.toMatch(/\bimport (time|random|uuid)\b|\bnow\(|\bsleep\(|getpid|urandom|'now'/);
  });
});

/** Functions whose callers fix their parameters, each with the reason. */
const fixedParameters: Readonly<Record<string, string>> = {
  'shared/taking.py: allowed': "Python's sqlite3 calls an authorizer with five arguments",
};

/** Prints one line per Python function with over 60 lines or four parameters; `self` does not count. */
const tooLarge = `
import ast, sys
for name in sys.argv[1:]:
    for node in ast.walk(ast.parse(open(name).read())):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno + 1
            parameters = [one.arg for one in node.args.args + node.args.kwonlyargs if one.arg != 'self']
            if lines > 60 or len(parameters) > 4:
                print('%s: %s has %d lines and %d parameters' % (name, node.name, lines, len(parameters)))
`;

test('no function has over 60 lines or four parameters', () => {
  const lines = execFileSync(python, ['-c', tooLarge, ...files], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(lines.filter((line) => line !== '' && !fixedParameters[line.split(' has ')[0] ?? ''])).toEqual([]);
});

test('every shared module travels with a script', () => {
  const travelling = new Set(scripts.flatMap((script) => sharedModules(script, read)));
  expect(files.filter((name) => name.startsWith('shared/')).toSorted()).toEqual([...travelling].toSorted());
});

/** Prints for each pair of texts whether Python reads the same program in both; docstrings are no part of it. */
const compare = `
import ast, json, sys
class Bare(ast.NodeTransformer):
    def generic_visit(self, node):
        super().generic_visit(node)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node
def program(text):
    return ast.dump(Bare().visit(ast.parse(text)))
print(json.dumps([program(whole) == program(short) for whole, short in json.load(sys.stdin)]))
`;

test('modules travel without comments and docstrings and with short indents, and are the same programs', () => {
  const modules = files.filter((name) => !scripts.includes(name)).map(read);
  const pairs = [...modules, "a = \"# no comment\"  # one\nb = '''\n# part of the string\n'''\n"].map((text) => [
    text,
    shortened(text),
  ]);
  const same = execFileSync(python, ['-c', compare], { input: JSON.stringify(pairs), encoding: 'utf8' });
  expect(JSON.parse(same)).toEqual(pairs.map(() => true));
  expect(pairs.map(([, short]) => short).join('')).not.toMatch(/^\s*(#(?! part)|""")/m);
});

describe.each(hostDocuments(readRunbooks(), read))('the document $id', ({ content }) => {
  test('fits the 64 KB of SSM', () => {
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(60 * 1024);
  });

  test('is pure ASCII', () => expect(JSON.stringify(content).match(/[^\x20-\x7e]/g)).toBeNull());
});
