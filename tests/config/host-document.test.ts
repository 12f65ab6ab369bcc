import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { documentId, type HostDocument, hostDocuments, sentBytes } from '../../config/host-document.ts';
import { readHostDocuments, readRunbooks } from '../../config/infra.ts';
import { contentHash } from '../../domain/content-hash.ts';
import { type Runbook, runbookSchema } from '../../domain/infra/runbook.ts';

type Content = {
  readonly schemaVersion: string;
  readonly parameters: Readonly<Record<string, { type: string; interpolationType?: string; allowedPattern: string }>>;
  readonly mainSteps: readonly {
    readonly action: string;
    readonly inputs: { timeoutSeconds: string; runCommand: string[] };
  }[];
};
const contentOf = (document: HostDocument | undefined) => document?.content as Content;
const scriptOf = (document: HostDocument | undefined) => contentOf(document).mainSteps[0]?.inputs.runCommand ?? [];

const deployed = readHostDocuments(readRunbooks()).map((document) => [document.id, document] as const);

describe.each(deployed)('%s', (_, document) => {
  const content = contentOf(document);
  const parameters = Object.entries(content.parameters);

  test('begins with its shebang, because the agent uses sh without one', () => {
    expect(scriptOf(document)[0]).toBe('#!/usr/bin/env bash');
  });

  test('is a valid bash script', () => {
    expect(
      spawnSync('bash', ['--noprofile', '--norc', '-n'], { input: scriptOf(document).join('\n') }).stderr.toString(),
    ).toBe('');
  });

  test('writes files that every user can read, because services run as other users', () => {
    const prelude = scriptOf(document).join('\n').split('folder=')[0];
    const made = `${prelude}cd "$(mktemp -d)"; touch file; mkdir folder; stat -c %a file folder`;
    expect(spawnSync('bash', ['--noprofile', '--norc'], { input: made }).stdout.toString()).toBe('644\n755\n');
  });

  test('has no {{ in its script, so SSM substitutes nothing', () => {
    expect(scriptOf(document).filter((line) => line.includes('{{'))).toEqual([]);
  });

  test('passes every value as an environment variable, except the timeout, which the agent reads', () => {
    const pasted = parameters
      .filter(([, { interpolationType }]) => interpolationType !== 'ENV_VAR')
      .map(([name]) => name);
    expect(pasted).toEqual(['executionTimeout']);
    expect(content.mainSteps[0]?.inputs.timeoutSeconds).toBe('{{ executionTimeout }}');
  });

  test.each(parameters)('checks %s with an anchored pattern that Java and RE2 read alike', (_, { allowedPattern }) => {
    expect(allowedPattern).toMatch(/^\^.*\$$/);
    // RE2 supports neither look-around nor back-references, and repetitions up to 1,000 only.
    expect(allowedPattern).not.toMatch(/\(\?|\\\d/);
    for (const [, most] of allowedPattern.matchAll(/\{\d+,?(\d*)\}/g)) expect(Number(most)).toBeLessThanOrEqual(1000);
    // Characters that a shell interprets. > separates copies, and no shell receives it.
    for (const bad of ['$(id)', '`id`', 'a;b', 'a|b', 'a&b', 'a"b', "a'b", 'a\nb', 'a\\b', '*'])
      expect([bad, new RegExp(allowedPattern).test(bad)]).toEqual([bad, false]);
  });

  test('is smaller than the 64 KB that Systems Manager accepts', () => {
    expect(sentBytes(content)).toBeLessThan(64 * 1024);
  });

  test('has the hash of its content', () => {
    expect(document.sha256).toBe(contentHash(content));
  });
});

const runbook = (...scripts: string[]): Runbook =>
  runbookSchema.parse({
    phase: 1,
    name: 'x',
    target: { version: 'v1', paths: ['.'] },
    steps: scripts.map((script, i) => ({
      name: `Step ${i}`,
      stage: 'immediate',
      script,
      timeout: '1m',
      parameters: { [`Own${i}`]: 'x' },
    })),
    confirm: { script: 'look.sh', timeout: '1m' },
  });
const files: Record<string, string> = { 'wrapper.py': 'wrap()\n', 'clear.py': 'clear()\n', 'look.sh': 'look\n' };
const made = (changes: Record<string, string> = {}, ...runbooks: Runbook[]) =>
  hostDocuments(
    runbooks.length > 0 ? runbooks : [runbook('clear.py')],
    (file) => ({ ...files, ...changes })[file] ?? '',
  );
const hashes = (documents: readonly HostDocument[]) =>
  Object.fromEntries(documents.map(({ id, sha256 }) => [id, sha256]));

describe('the documents of runbooks', () => {
  test('are one per script, however many steps use it, one that restores data, one that prepares a host, one that looks whether it is ready, one that compares it with others, one that holds deployments, and two that halt and resume trading', () => {
    expect(made({}, runbook('clear.py', 'clear.py'), runbook('clear.py')).map(({ id }) => id)).toEqual([
      'clear',
      'look',
      'restore',
      'prepare',
      'look-at-versions',
      'ready',
      'compare-fleet',
      'halt',
      'resume',
      'hold',
    ]);
  });

  test("accept every step's own parameters", () => {
    const [clear] = made({}, runbook('clear.py', 'clear.py'));
    expect(Object.keys(contentOf(clear).parameters)).toEqual(
      expect.arrayContaining(['Own0', 'Own1', 'RollbackId', 'Fence']),
    );
  });

  test('contain the wrapper and the script', () => {
    const script = scriptOf(made()[0]);
    expect(script).toEqual(expect.arrayContaining(['==== wrapper.py', 'wrap()', '==== clear.py', 'clear()']));
  });

  test('change only with their own script', () => {
    const before = hashes(made());
    const after = hashes(made({ 'clear.py': 'clear(all)\n' }));
    expect(after['clear']).not.toBe(before['clear']);
    expect(after['look']).toBe(before['look']);
  });

  test('all change with the wrapper', () => {
    const before = hashes(made());
    const after = hashes(made({ 'wrapper.py': 'wrap(twice)\n' }));
    for (const id of ['clear', 'look']) expect(after[id]).not.toBe(before[id]);
  });
});

describe('a script is refused', () => {
  test('that contains {{ }}, which Systems Manager would substitute', () => {
    expect(() => made({ 'clear.py': 'a = 1\nb = "{{ Fence }}"\n' })).toThrow(
      `infra/host-scripts/clear.py:2: "{{ … }}" is Systems Manager's own syntax. Put another character between the braces, or build the text from two parts.`,
    );
  });

  test('with a line that would begin another file', () => {
    expect(() => made({ 'clear.py': 'a = 1\n==== shared/git.py\n' })).toThrow(
      'infra/host-scripts/clear.py:2: a line begins with "==== ", which begins a file inside the SSM document.',
    );
  });

  test('that contains the end mark of its document', () => {
    expect(() => made({ 'look.sh': 'END_OF_ROLLBACK_SCRIPT\n' })).toThrow(
      'infra/host-scripts/look.sh contains END_OF_ROLLBACK_SCRIPT, which would end the script early inside its SSM document. Rename that word.',
    );
  });
});

test.each([
  ['clear-corrupted-cache.py', 'clear-corrupted-cache'],
  ['halt.sh', 'halt'],
])('the document of %s is %s', (script, id) => {
  expect(documentId(script)).toBe(id);
});
