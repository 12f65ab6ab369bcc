import { describe, expect, test } from 'vitest';
import { rollback, startRollback } from './rollback.ts';

const commands = [
  'rehearse',
  'local',
  'plan',
  'start',
  'show',
  'decide',
  'health',
  'verify',
  'release',
  'annotate',
  'review',
  'graph',
];
/** An endpoint on which nothing listens. */
const closedPort = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

describe('help', () => {
  test('of rollback lists every command and the exit codes', async () => {
    const { code, stdout, stderr } = await rollback(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of commands) expect(stdout).toContain(`rollback ${name} `);
    expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 usage error, 130 interrupted.');
  });

  test.concurrent.each(commands)('of %s shows its usage and exit codes', async (name) => {
    const { code, stdout } = await rollback([name, '--help']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^rollback ${name} `))]);
    expect(stdout).toMatch(name === 'local' ? /Ctrl-C closes it/ : /Exit code 0: /);
  });

  test('is shown with exit code 2 if no command is given', async () => {
    const { code, stdout } = await rollback([]);
    expect([code, stdout]).toEqual([2, expect.stringContaining('rollback rehearse')]);
  });
});

// Standard error has the message without a stack trace; standard output, which scripts read, is empty.
describe.concurrent('the exit code is', () => {
  test.each([
    [2, 'an unknown command', ['rehears'], 'Unknown command "rehears"; did you mean "rehearse"?'],
    [2, 'an unknown option', ['start', '--phse', '1'], "Unknown option '--phse'. Known options: --phase,"],
    [
      1,
      'an account that is not open',
      ['show'],
      'No embedded account is open at http://127.0.0.1:1. Open one in another terminal:\n  npm run local\n',
    ],
  ])('%i for %s', async (code, _, words, sentence) => {
    const ended = await rollback(words, closedPort);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });
});

test('a reader that closes the pipe early causes no error', async () => {
  const { child, ended } = startRollback(['--help']);
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});
