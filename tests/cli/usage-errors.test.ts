import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/account/usage-error.ts';
import { decide } from '../../cli/commands/decide.ts';
import { graph } from '../../cli/commands/graph.ts';
import { local } from '../../cli/commands/local.ts';
import { rehearse } from '../../cli/commands/rehearse.ts';
import { release } from '../../cli/commands/release.ts';
import { show } from '../../cli/commands/show.ts';
import { start } from '../../cli/commands/start.ts';
import { InvalidFile } from '../../config/yaml/read-yaml.ts';

const folder = mkdtempSync(join(tmpdir(), 'stories-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function storyFile(text: string): string {
  const file = join(folder, 'story.yaml');
  writeFileSync(file, text);
  return file;
}
const first = 'rehearsals/stories/started-by-hand.yaml';

/** Returns the message of a UsageError or InvalidFile. Both end the process with code 2, before anything is opened. */
const messageOf = async (run: Promise<number>): Promise<string> => {
  const error = await run.catch((one: unknown) => one);
  expect(error).toSatisfy((one) => one instanceof UsageError || one instanceof InvalidFile);
  return (error as Error).message;
};

describe('start', () => {
  test.each([
    ['a start without a phase', [], '--phase is missing. Known phases: 1'],
    ['a phase without a runbook', ['--phase', '9'], /^Unknown phase: 9\. Known phases: 1.* Nothing was started\.$/],
    ['a phase that is no number', ['--phase', 'one'], '--phase takes a whole number from 1; found "one".'],
    ['phase 0', ['--phase', '0'], '--phase takes a whole number from 1; found "0".'],
    [
      'an unknown severity',
      ['--phase', '1', '--severity', 'URGENT'],
      'severity must be one of CRITICAL, HIGH, MEDIUM, LOW; found "URGENT".',
    ],
    [
      'an empty reason',
      ['--phase', '1', '--reason', ' '],
      'reason must be one line of 1 to 500 printable characters; found " ".',
    ],
    [
      'an unknown environment',
      ['--phase', '1', '--environment', 'moon'],
      /^Unknown environment "moon"\. Known: .*local.*\.$/,
    ],
    ['an unknown option', ['--phase', '1', '--now'], /^Unknown option '--now'\. Known options: --phase, --severity/],
    ['a word too many', ['1'], /^Unexpected argument '1'\./],
    ['an option without its value', ['--phase'], /^Option '--phase <value>' argument missing\. Known options/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf(start.run(words))).toMatch(expected);
  });
});

describe('show', () => {
  test('refuses two rollbacks', async () => {
    expect(await messageOf(show.run(['one', 'two']))).toBe('show takes one rollback id; found one two.');
  });

  test('refuses an unknown environment', async () => {
    expect(await messageOf(show.run(['--environment', 'moon']))).toMatch(/^Unknown environment "moon"/);
  });
});

describe('decide', () => {
  test.each([
    ['a call without an answer', [], /^decide takes one answer: rollback, stand-down, .*; found none\.$/],
    ['two answers', ['rollback', 'skip', '--operator', 'ana'], /; found rollback skip\.$/],
    ['a misspelt answer', ['standdown', '--operator', 'ana'], /found "standdown" \(did you mean stand-down\?\)/],
    [
      'an answer without an operator',
      ['rollback'],
      /; operator is missing\. .* Options: --operator, --reason, --rollback\.$/,
    ],
    [
      'a pasted command whose placeholder for the name is still there',
      ['rollback', '--operator', 'YOUR NAME', '--rollback', 'r-1'],
      /replace YOUR NAME with your own name/,
    ],
    [
      'an unknown environment',
      ['rollback', '--operator', 'ana', '--environment', 'moon'],
      /^Unknown environment "moon"/,
    ],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf(decide.run(words))).toMatch(expected);
  });
});

describe('release', () => {
  test.each([
    ['without operator and reason', []],
    ['without a reason', ['--operator', 'ana']],
    ['with an empty reason', ['--operator', 'ana', '--reason', '']],
  ])('refuses a release %s and shows an input that works', async (_, words) => {
    expect(await messageOf(release.run(words))).toMatch(
      /^A release needs an operator and a reason: \{"operator": "ana", .*Options: --operator, --reason, --rollback\.$/,
    );
  });
});

describe('graph', () => {
  test.each([
    [
      'a call with neither phase nor machine',
      [],
      /^graph takes --phase N or --machine NAME; found neither\. Machines: decide, look, phase-1/,
    ],
    ['both phase and machine', ['--phase', '1', '--machine', 'release'], /^graph takes .*; found both\./],
    [
      'a phase without a runbook',
      ['--phase', '99'],
      /^Phase 99 has no runbook in infra\/runbooks\. Machines: decide, look, phase-1/,
    ],
    ['a phase that is no number', ['--phase', 'one'], /^--phase takes a whole number from 1; found "one"\.$/],
    ['a misspelt machine', ['--machine', 'relase'], /^Unknown machine "relase"; did you mean "release"\?/],
    ['two formats', ['--phase', '1', '--svg', '--mermaid'], /^graph takes --svg or --mermaid; found both\.$/],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf(graph.run(words))).toMatch(expected);
  });
});

describe('local', () => {
  test.each([
    ['--port', 'http', '--port takes a whole number from 0 to 65535; found "http".'],
    ['--port', '70000', '--port takes a whole number from 0 to 65535; found "70000".'],
    ['--hosts', '-1', expect.stringMatching(/^Option '--hosts' argument is ambiguous/)],
    ['--hosts', '1.5', '--hosts takes a whole number from 0; found "1.5".'],
    ['--seed', '', '--seed takes a whole number from 0; found "".'],
  ])('refuses %s %s', async (option, text, expected) => {
    expect(await messageOf(local.run([option, text]))).toEqual(expected);
  });
});

describe('rehearse', () => {
  test.each([
    ['a call without a file', [], 'rehearse takes one story file; found none.'],
    ['two files', ['a.yaml', 'b.yaml'], 'rehearse takes one story file; found a.yaml b.yaml.'],
    ['a file that does not exist', ['a.yaml'], 'a.yaml cannot be read. The stories are in rehearsals/stories.'],
    ['a folder', ['rehearsals'], 'rehearsals cannot be read. The stories are in rehearsals/stories.'],
    ['a seed that is no number', [first, '--seed', 'x'], '--seed takes a whole number from 0; found "x".'],
    [
      'a folder that is no assembly',
      [first, '--assembly', 'rehearsals'],
      '--assembly takes a folder that `cdk synth` wrote; rehearsals has no manifest.json.',
    ],
  ])('refuses %s', async (_, words, expected) => {
    expect(await messageOf(rehearse.run(words))).toBe(expected);
  });

  test.each([
    [
      'an unknown key',
      'name: A\nwhenn: []\n',
      /story\.yaml:2: expected one of the keys .*, found 'whenn'; did you mean when\?/,
    ],
    [
      'an unknown environment',
      'name: A\nenvironment: moon\nwhen: [{ at: 0s, start: { phase: 1 } }]\nthen: {}\n',
      /story\.yaml:2: environment: expected an environment of an embedded account \(local.*\), found "moon"/,
    ],
  ])('refuses a story with %s and names file and line', async (_, text, expected) => {
    expect(await messageOf(rehearse.run([storyFile(text)]))).toMatch(expected);
  });
});
