import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostDocuments, mostBytes, sentBytes, sharedModules } from '../../../config/host-document.ts';
import { readRunbooks } from '../../../config/infra.ts';
import { python } from './host.ts';

const folder = resolve(import.meta.dirname, '../../../infra/host-scripts');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
const scripts = files.filter((name) => !name.startsWith('shared/') && name !== 'wrapper.py');

/** Scripts that may use the clock, each with the reason. */
const clocked: Readonly<Record<string, string>> = {
  'chaos.py': 'a fault ends by itself after its time, also if nobody ends it; no rollback sends this script',
};

describe.each(files)('%s', (file) => {
  const text = read(file);

  test('has no double braces, because SSM would read them as a parameter', () => expect(text).not.toContain('{{'));

  test('is pure ASCII, because no byte may depend on the encoding of a host', () => {
    expect(text.match(/[^\t\n\x20-\x7e]/g)).toBeNull();
  });

  if (!clocked[file])
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

/** Prints one line per file that needs a newer Python than 3.8: its grammar, or an argument that came later. */
const tooNew = `
import ast, sys
later = {'user', 'group', 'extra_groups', 'umask', 'process_group', 'pipesize'}  # of subprocess, 3.9 to 3.11
for name in sys.argv[1:]:
    try:
        tree = ast.parse(open(name).read(), feature_version=(3, 8))
    except SyntaxError as problem:
        print('%s:%s: %s' % (name, problem.lineno, problem.msg))
        continue
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and later & {one.arg for one in node.keywords}:
            print('%s:%d: %s' % (name, node.lineno, later & {one.arg for one in node.keywords}))
`;

test('every file is one for Python 3.8, the oldest of the host contract', () => {
  expect(execFileSync(python, ['-c', tooNew, ...files], { cwd: folder, encoding: 'utf8' })).toBe('');
});

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

type Content = { readonly mainSteps: readonly { readonly inputs: { readonly runCommand: string[] } }[] };

describe.each(hostDocuments(readRunbooks(), read))('the document $id', ({ id, content }) => {
  test('fits the 64 KB of SSM as the indented JSON that is sent', () => {
    expect(sentBytes(content)).toBeLessThanOrEqual(mostBytes);
  });

  test('puts its script, the wrapper and the modules on the host byte for byte, packed or not', () => {
    const made = mkdtempSync(join(tmpdir(), 'document-'));
    const lines = (content as Content).mainSteps[0]?.inputs.runCommand ?? [];
    // The wrapper then refuses to run, because no variable is set.
    const copying = lines.map((line) => (line.startsWith('trap ') ? `trap 'cp -r "$folder/." "${made}"' EXIT` : line));
    const ended = spawnSync('bash', ['--noprofile', '--norc'], { input: copying.join('\n'), encoding: 'utf8' });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('is not set'),
    });
    const found = readdirSync(made, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
    const script = `${id}.py`;
    expect(found.toSorted()).toEqual(['wrapper.py', script, ...sharedModules(script, read)].toSorted());
    for (const name of found) expect([name, readFileSync(join(made, name), 'utf8')]).toEqual([name, read(name)]);
    rmSync(made, { recursive: true });
  });

  test('is pure ASCII', () => expect(JSON.stringify(content).match(/[^\x20-\x7e]/g)).toBeNull());
});
