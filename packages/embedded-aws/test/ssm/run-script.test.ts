import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { runScript, type Script } from '../../src/ssm/run-script.ts';
import { eventually, isAlive, readNumber, temporaryFolder } from './small-fleet.ts';

async function prepare(lines: string, options: Partial<Script> = {}) {
  const folder = await temporaryFolder();
  const toolbox = inject('toolbox');
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'script.sh'), lines);
  const environment = { PATH: `${toolbox}:/usr/bin:/bin`, HOME: home };
  const script = {
    file: join(folder, 'script.sh'),
    folder: home,
    environment,
    toolbox,
    milliseconds: 10_000,
    ...options,
  };
  const stop = new AbortController();
  return { home, stop, run: () => runScript(script, stop.signal) };
}

const run = async (lines: string, options: Partial<Script> = {}) => (await prepare(lines, options)).run();

describe('a script', () => {
  test.each([
    ['its own exit code', 'exit 3', 3],
    ['the exit code of its last command, even if an earlier command failed', 'false; true', 0],
    ['-1 if a signal ended it', 'kill -KILL $$', -1],
  ])('ends with %s', async (_, lines, exitCode) => {
    expect(await run(lines)).toMatchObject({ reason: 'exited', exitCode });
  });

  test('has separate stdout and stderr', async () => {
    expect(await run('echo out; echo err >&2')).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
  });

  test('runs in its folder', async () => {
    const { home, run } = await prepare('pwd');
    expect((await run()).stdout).toBe(`${home}\n`);
  });

  test('has no input', async () => {
    expect(await run('cat; echo "read nothing"')).toMatchObject({ stdout: 'read nothing\n' });
  });

  test('inherits no file descriptor of the account', async () => {
    const { stdout } = await run('readlink /proc/$$/fd/{0,1,2,3}; ls -l /proc/$$/fd | grep -c socket');
    expect(stdout).toMatch(/^\/dev\/null\nsocket:\S+\nsocket:\S+\n2\n$/);
  });

  test('waits only for its own children, not for the process that ends it with the account', async () => {
    expect(await run('sleep 0.01 & wait; echo done')).toMatchObject({ stdout: 'done\n', exitCode: 0 });
  });

  test('has only the jobs that it started', async () => {
    expect(await run('jobs; echo "${!:-none}"')).toMatchObject({ stdout: 'none\n' });
  });

  test('does not read the profile of its home', async () => {
    const { home, run } = await prepare('echo script');
    for (const file of ['.bashrc', '.profile', '.bash_profile']) {
      await writeFile(join(home, file), 'echo profile; exit 9\n');
    }
    expect(await run()).toMatchObject({ stdout: 'script\n', exitCode: 0 });
  });

  test('that cannot be started fails with 1 and the reason', async () => {
    const end = await run('true', { folder: '/nowhere' });
    expect(end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ENOENT') });
  });

  test('that writes a million characters ends with the first 24,000 of stdout and 8,000 of stderr', async () => {
    const end = await run("python3 -c \"import sys; print('o' * 10**6); print('e' * 10**6, file=sys.stderr)\"");
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toBe('o'.repeat(24_000));
    expect(end.stderr).toBe('e'.repeat(8_000));
  });
});

describe('the processes of a script', () => {
  const starting = (rest: string) => `sleep 1000 & echo $! > grandchild; ${rest}`;

  test('are all killed when it times out', async () => {
    const { home, run } = await prepare(starting('echo before; wait'), { milliseconds: 300 });
    expect(await run()).toMatchObject({ reason: 'timed out', stdout: 'before\n' });
    const grandchild = await readNumber(join(home, 'grandchild'));
    await eventually(async () => !(await isAlive(grandchild)), 'the grandchild is gone');
  });

  test('are all killed when it is stopped', async () => {
    const { home, stop, run } = await prepare(starting('wait'));
    const ended = run();
    await eventually(async () => (await readNumber(join(home, 'grandchild'))) > 0, 'the grandchild runs');
    stop.abort();
    expect(await ended).toMatchObject({ reason: 'stopped' });
    const grandchild = await readNumber(join(home, 'grandchild'));
    await eventually(async () => !(await isAlive(grandchild)), 'the grandchild is gone');
  });

  test('that still run at its end are killed, and do not delay its end', async () => {
    const { home, run } = await prepare(starting('exit 4'));
    const began = performance.now();
    expect(await run()).toMatchObject({ reason: 'exited', exitCode: 4 });
    expect(performance.now() - began).toBeLessThan(900); // after one second the pipes are closed by force
    const grandchild = await readNumber(join(home, 'grandchild'));
    await eventually(async () => !(await isAlive(grandchild)), 'the grandchild is gone');
  });

  test('that left its group and keep its output open delay its end by at most a second', async () => {
    const { home, run } = await prepare(`
      setsid bash -c 'echo $$ > daemon; exec sleep 5' &
      until [ -s daemon ]; do sleep 0.01; done`);
    expect(await run()).toMatchObject({ reason: 'exited', exitCode: 0 });
    process.kill(await readNumber(join(home, 'daemon')), 'SIGKILL');
  });

  test('end with it, including the reader of the lifeline', async () => {
    const { home, run } = await prepare('echo $$ > leader');
    await run();
    const leader = await readNumber(join(home, 'leader'));
    await eventually(() => !groupExists(leader), 'the process group is gone');
  });
});

function groupExists(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}
