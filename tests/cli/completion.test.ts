import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { candidates } from '../../cli/commands/candidates.ts';
import { program } from '../../cli/rollback.ts';
import { rollback, root } from './rollback.ts';

const whole = await program();

/** Returns what completes the last of the words. */
const completed = (...words: string[]) => candidates(whole, words).values.map(({ value }) => value);

describe('what is completed:', () => {
  test.each([
    ['commands', ['re'], ['report', 'resume', 'release', 'ready', 'review', 'rehearse', 'render']],
    ['commands after `help`', ['help', 'sh'], ['show']],
    ['options', ['start', '--se'], ['--severity']],
    ['options after the arguments', ['decide', 'skip', '--o'], ['--operator']],
    ['no option twice', ['start', '--severity', 'HIGH', '--sev'], []],
    ['environments', ['show', '--environment', ''], ['incidents', 'local', 'paged', 'production', 'staging']],
    ['an environment after =, as zsh gives it', ['show', '--environment=s'], ['--environment=staging']],
    ['an environment after =, as bash gives it', ['show', '--environment', '=', 's'], ['staging']],
    [
      'an environment right after =, as bash gives it',
      ['show', '--environment', '='],
      ['incidents', 'local', 'paged', 'production', 'staging'],
    ],
    ['phases', ['plan', '--phase', ''], ['1', '2', '3', '4']],
    ['severities', ['start', '--severity', 'C'], ['CRITICAL']],
    ['answers', ['decide', 'retry'], ['retry', 'retry-failed-hosts']],
    ['machines', ['graph', '--machine', 're'], ['record-deployment', 'release', 'resume', 'review']],
    ['stories', ['rehearse', 'rehearsals/stories/corruption'], ['rehearsals/stories/corruption-healed.yaml']],
    ['shells', ['completion', ''], ['bash', 'zsh']],
    ['nothing after an unknown command', ['strat', ''], []],
    ['nothing for a text', ['start', '--operator', ''], []],
    ['no option after --', ['show', '--', '-'], []],
  ])('%s', (_, words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });

  test.each([
    ['a path', ['graph', '--out', ''], true],
    ['a story that is none of the repository', ['rehearse', 'mine'], true],
    ['a text', ['start', '--operator', ''], false],
  ])('file names or not: %s', (_, words, expected) => {
    expect(candidates(whole, words).files).toBe(expected);
  });

  test('every command of the help', () => {
    const { stdout } = { stdout: whole.helpInformation() };
    for (const name of completed('')) expect(stdout).toMatch(new RegExp(`^ {2}${name}( |$)`, 'm'));
  });
});

const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const marker = join(folder, 'was-run');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
};

/** Each shell's call of the script's function, and the printing of what it would insert. */
const shells = {
  bash: {
    flags: ['--noprofile', '--norc'],
    call: 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { echo "files: $*"; }; _rollback; printf "%s\\n" "${COMPREPLY[@]}"',
  },
  zsh: {
    flags: ['-f'],
    call: 'compdef() { :; }; _files() { echo "files: -o default"; }; _describe() { print -l -- "${(@)described%%:*}"; }; . "$script"; words=("$@"); CURRENT=$#; _rollback',
  },
} as const;

describe.each(['bash', 'zsh'] as const)('the script for %s', (shell) => {
  const script = join(folder, shell);
  beforeAll(async () => writeFileSync(script, (await rollback(['completion', shell])).stdout));

  const { flags, call } = shells[shell];
  const complete = async (...words: string[]) => {
    const text = shell === 'bash' ? `. "$script"; ${call}` : call;
    const { stdout } = await promisify(execFile)(shell, [...flags, '-c', text, shell, 'rollback', ...words], {
      cwd: root,
      env: { ...process.env, script },
    });
    return stdout.trim().split('\n');
  };

  test.skipIf(!installed(shell)).each([
    ['a command', ['star'], ['start']],
    ['a value', ['start', '--phase', ''], ['1', '2', '3', '4']],
    ['a path by the shell itself', ['graph', '--out', ''], ['files: -o default']],
  ])('completes %s', async (_, words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  // Other scripts evaluate the line to complete it.
  test.skipIf(!installed(shell))('never runs what is typed', async () => {
    expect(await complete('show', `$(touch ${marker})`, '`touch ${marker}`', '--js')).toEqual(['--json']);
    expect(existsSync(marker)).toBe(false);
  });
});
