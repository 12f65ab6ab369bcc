import { describe, expect, test } from 'vitest';
import { rollback, startRollback } from './rollback.ts';

const commands = ['rehearse', 'local', 'plan', 'start', 'show', 'decide', 'health', 'verify', 'release', 'graph'];
/** Where nobody listens. */
const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

describe('help', () => {
  test('of all names every command, and what the exit codes mean', async () => {
    const { code, stdout, stderr } = await rollback(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of commands) expect(stdout).toContain(`rollback ${name} `);
    expect(stdout).toContain('Exit codes: 0 done, 1 it failed, 2 it was asked wrongly.');
  });

  test.concurrent.each(commands)('of %s says how to call it and what its exit codes mean', async (name) => {
    const { code, stdout } = await rollback([name, '--help']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^rollback ${name} `))]);
    expect(stdout).toMatch(name === 'local' ? /Ctrl-C closes it/ : /Exit code 0: /);
  });

  test('is what one gets for no command at all, which is asked wrongly', async () => {
    const { code, stdout } = await rollback([]);
    expect([code, stdout]).toEqual([2, expect.stringContaining('rollback rehearse')]);
  });
});

// One sentence on standard error each, nothing on standard output: scripts read that.
describe.concurrent('the exit code is', () => {
  test.each([
    [2, 'an unknown command', ['rehears'], 'Unknown command "rehears"; did you mean "rehearse"?'],
    [2, 'an unknown option', ['start', '--phse', '1'], "Unknown option '--phse'. Known options: --phase,"],
    [1, 'an account that is not open', ['show'], 'No embedded account answers at http://127.0.0.1:1. Open one with'],
  ])('%i for %s', async (code, _, words, sentence) => {
    const ended = await rollback(words, nowhere);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});

test('a reader who has seen enough is no error', async () => {
  const { child, ended } = startRollback(['--help']);
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});
