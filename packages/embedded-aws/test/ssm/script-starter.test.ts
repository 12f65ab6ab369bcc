import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import type { Script } from '../../src/ssm/run-script.ts';
import { type ScriptStarter, scriptStarter } from '../../src/ssm/script-starter.ts';
import { eventually, isAlive, readNumber, temporaryFolder } from './small-fleet.ts';

const opened: ScriptStarter[] = [];
afterEach(() => Promise.all(opened.splice(0).map((starter) => starter.close())));

async function prepare(lines: string) {
  const [folder, toolbox] = [await temporaryFolder(), inject('toolbox')] as const;
  await writeFile(join(folder, 'script.sh'), lines);
  const environment = { PATH: '/usr/bin:/bin', GREETING: 'hello' };
  const script: Script = { file: join(folder, 'script.sh'), folder, environment, toolbox, milliseconds: 10_000 };
  const starter = scriptStarter();
  opened.push(starter);
  const stop = new AbortController();
  return { folder, starter, stop, run: (started?: () => void) => starter.run(script, stop.signal, started) };
}

test('a script that the starter runs ends like a script that the account runs', async () => {
  const { run } = await prepare('echo "$GREETING"; echo why >&2; exit 3');
  expect(await run()).toEqual({ reason: 'exited', exitCode: 3, stdout: 'hello\n', stderr: 'why\n' });
});

test('the start of a script is told while it runs', async () => {
  const { folder, run } = await prepare('until [ -e told ]; do sleep 0.01; done; echo went on');
  const ended = run(() => void writeFile(join(folder, 'told'), ''));
  expect((await ended).stdout).toBe('went on\n');
});

test('a script has nothing of the account’s environment', async () => {
  const { run } = await prepare('env | cut -d= -f1 | sort | tr "\\n" " "');
  expect((await run()).stdout).toBe('GREETING PATH PWD SHLVL _ ');
});

test('a script is killed when it is stopped', async () => {
  const { folder, stop, run } = await prepare('echo $$ > leader; sleep 1000');
  const ended = run();
  await eventually(async () => (await readNumber(join(folder, 'leader'))) > 0, 'the script runs');
  stop.abort();
  expect(await ended).toMatchObject({ reason: 'stopped' });
});

test('a script ends when the starter is closed', async () => {
  const { folder, starter, run } = await prepare('echo $$ > leader; sleep 1000');
  void run();
  await eventually(async () => (await readNumber(join(folder, 'leader'))) > 0, 'the script runs');
  await starter.close();
  const leader = await readNumber(join(folder, 'leader'));
  await eventually(async () => !(await isAlive(leader)), 'the script is gone');
});

test('a script fails with the reason if the starter died, and so does the next script', async () => {
  const { run } = await prepare('kill -KILL $PPID; sleep 1000');
  const died = {
    reason: 'exited',
    exitCode: 1,
    stdout: '',
    stderr: 'failed to run commands: the process that starts scripts ended with SIGKILL',
  };
  expect(await run()).toEqual(died);
  expect(await run()).toEqual(died);
});
