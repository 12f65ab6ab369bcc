import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { rollback } from './in-process.ts';
import { rollback as rollbackProcess, root, startRollback } from './rollback.ts';

const commands = [
  ...['show', 'status', 'history', 'stats', 'measure', 'plan', 'drill', 'health', 'verify', 'evidence', 'console'],
  ...[
    'start',
    'decide',
    'release',
    'pause',
    'unpause',
    'arm',
    'prepare',
    'ready',
    'load',
    'chaos',
    'deployed',
    'withdraw',
    'watch',
    'ack',
    'annotate',
    'review',
    'follow-up',
    'report',
  ],
  ...['rehearse', 'local', 'graph', 'render', 'completion'],
];
/** An endpoint on which nothing listens. */
const closedPort = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

describe('help', () => {
  test('of rollback lists every command and the exit codes', async () => {
    const { code, stdout, stderr } = await rollback(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}( |$)`, 'm'));
    expect(stdout).toContain('Exit codes: 0 done, 1 failed, 2 usage error, 130 interrupted.');
  });

  test.each(commands)('of %s shows its usage, examples and exit codes', async (name) => {
    const { code, stdout } = await rollback([name, '--help']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: rollback ${name} `))]);
    expect(stdout).toMatch(/^Examples:\n {2}.+/m);
    expect(stdout).toContain('Exit code 0: ');
  });

  test('of a command is also shown by `rollback help COMMAND`', async () => {
    expect(await rollback(['help', 'show'])).toEqual(await rollback(['show', '--help']));
  });

  test('has no colour outside a terminal', async () => {
    expect((await rollbackProcess(['--help'])).stdout).not.toContain('\u001b');
  });

  test('is shown with exit code 2 if no command is given', async () => {
    const { code, stdout } = await rollbackProcess([]);
    expect([code, stdout]).toEqual([2, expect.stringContaining('Usage: rollback COMMAND')]);
  });
});

// Standard error has the message without a stack trace; standard output, which scripts read, is empty.
describe('the exit code is', () => {
  test.each([
    [2, 'an unknown command', ['rehears'], "Unknown command 'rehears'; did you mean rehearse?"],
    [2, 'help for an unknown command', ['rehears', '--help'], "Unknown command 'rehears'; did you mean rehearse?"],
    [
      2,
      'an unknown option',
      ['start', '--phse', '1'],
      "Unknown option '--phse'; did you mean --phase? Known options: --phase,",
    ],
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

describe('a reader that closes the pipe early', () => {
  test('causes no error', async () => {
    const { child, ended } = startRollback(['--help']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  // The graph is larger than the buffer of a pipe, so it is still being written when the reader has gone.
  test('causes no error in the middle of the output, and the exit code stays', async () => {
    const { child, ended } = startRollback(['graph', '--phase', '1']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});

// `--version` of `deployed` is an option of its own.
test('--version prints the version of package.json', async () => {
  expect(await rollbackProcess(['--version'])).toMatchObject({ code: 0, stdout: `${packageFile.version}\n` });
});

describe('rollback by its name', () => {
  test('is the program that package.json names', async () => {
    const program = join(root, packageFile.bin.rollback);
    const { stdout } = await promisify(execFile)(program, ['--version']);
    expect(stdout).toBe(`${packageFile.version}\n`);
  });

  test('hands over to the Node of node_modules if its own is too old for TypeScript, with the exit code', async () => {
    const words = ['--no-experimental-strip-types', join(root, packageFile.bin.rollback), 'rehears'];
    const ended = await promisify(execFile)(process.execPath, words).catch((error) => error);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining("Unknown command 'rehears'")]);
  });

  // Without it, that Node would compile every file each time, which takes half a second.
  test('hands over with the compile cache', async () => {
    const words = ['--no-experimental-strip-types', join(root, packageFile.bin.rollback), '--version'];
    const env = { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const { stderr } = await promisify(execFile)(process.execPath, words, { env, maxBuffer: 16 * 1024 * 1024 });
    expect(stderr).toMatch(/node_modules\/\.cache\/rollback\/.* for \w+ file:\/\/\S*\/cli\/main\.ts/);
  });
});

describe('npm run', () => {
  const ofNode = Object.entries(packageFile.scripts).filter(([, script]) => /\bnode /.test(script));

  test.each(ofNode)('%s replaces the shell of npm, which would not pass a signal on', (_, script) => {
    expect(script).toMatch(/^exec node /);
  });

  test('local passes a signal on that npm receives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'npm-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { local: packageFile.scripts.local } }));
    mkdirSync(join(folder, 'cli'));
    writeFileSync(
      join(folder, 'cli/bin.js'),
      `process.on('SIGTERM', () => process.exit(0)); console.log(process.pid); setTimeout(() => {}, 60_000);`,
    );
    const npm = spawn('npm', ['run', '--silent', 'local'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = await once(npm.stdout, 'data');
    npm.kill('SIGTERM');
    await once(npm, 'exit');
    expect(() => process.kill(Number(printed), 0)).toThrow('ESRCH');
  });
});

/** Prints the files that a process loaded, at its end. */
const tracing = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
process.on('exit', () => console.log(JSON.stringify(loaded)));`)}`;

/** Returns the files that the second of two equal commands loads; the first one fills the caches. */
async function loadedBy(name: string): Promise<string[]> {
  const words = ['--import', tracing, join(root, 'cli/bin.js'), name];
  const env = { ...process.env, ...closedPort };
  const run = () => promisify(execFile)(process.execPath, words, { env }).catch((error) => error);
  await run();
  return JSON.parse((await run()).stdout);
}

// Each would add tens of milliseconds to the start of a command (bench/history.ts).
describe('loads no more than it needs:', () => {
  test('a command loads the file of no other command', async () => {
    const namesIn = (folder: string, loaded: string[]) =>
      loaded.filter((url) => url.includes(`/cli/${folder}/`)).map((url) => url.split('/').at(-1));
    const loaded = await loadedBy('history');
    expect(namesIn('actions', loaded)).toEqual(['history.ts']);
    expect(namesIn('commands', loaded).toSorted()).toEqual(['command.ts', 'history.ts', 'options.ts', 'values.ts']);
  });

  test.each([
    ['history', /\/node_modules\/(zod|yaml|@aws-sdk\/client-sfn)\//],
    ['show', /\/node_modules\/yaml\/|\/config\/infra\.ts$/],
  ])('%s parses no file of infra/ again, and loads no client that it does not use', async (name, parsers) => {
    expect((await loadedBy(name)).filter((url) => parsers.test(url))).toEqual([]);
  });
});
