import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Host, python } from './host.ts';

let host: Host;

beforeEach(() => {
  host = new Host();
});
afterEach(() => host.remove());

const script = (bash: string) => host.write('step.sh', bash);
const counting = `echo ran >> runs; echo '{"files":3}'`;
const runs = () => (existsSync(join(host.root, 'runs')) ? host.read('runs').split('\n').length - 1 : 0);
const line = (rest: string) => `{"fence":7,${rest}"rollback":"r-1","step":"the-step","verdict":"done"}\n`;

describe('a step that succeeds', () => {
  test('prints one line with its report, keys sorted, and exits 0', async () => {
    expect(await host.run(script(counting))).toEqual({ code: 0, stdout: line('"report":{"files":3},'), stderr: '' });
  });

  test('prints the same bytes the second time, and does not run again', async () => {
    const first = await host.run(script(counting));
    const second = await host.run(script(`echo '{"files":4}'`));
    expect(second).toEqual(first);
    expect(runs()).toBe(1);
  });

  test('runs again for another rollback', async () => {
    await host.run(script(counting));
    await host.run(script(counting), { SSM_RollbackId: 'r-2' });
    expect(runs()).toBe(2);
  });

  test('runs again if its marker is damaged', async () => {
    host.write('var/lib/rollback/r-1/the-step.json', '{"half');
    expect((await host.verdict(script(counting))).verdict).toBe('done');
  });

  test('runs once when two commands arrive together', async () => {
    const both = await Promise.all([host.run(script(counting)), host.run(script(counting))]);
    expect(both[0].stdout).toBe(both[1].stdout);
    expect(runs()).toBe(1);
  });

  test('waits for a script of another step or rollback, because a host runs one script at a time', async () => {
    const slow = script(`echo in >> order; sleep 0.2; echo out >> order; echo '{}'`);
    await Promise.all([
      host.run(slow),
      host.run(slow, { SSM_Step: 'another-step' }),
      host.run(slow, { SSM_RollbackId: 'r-2', SSM_Kind: 'check' }),
    ]);
    expect(host.read('order')).toBe('in\nout\n'.repeat(3));
  });

  test('may be a Python script', async () => {
    const step = host.write('step.py', `import json\nprint(json.dumps({'files': 3}))`);
    expect((await host.run(step)).stdout).toBe(line('"report":{"files":3},'));
  });

  test("that is a Python script runs in a copy of the wrapper's Python, because a start takes longer than most scripts", async () => {
    const step = host.write(
      'step.py',
      `import json\nprint(json.dumps({'command': open('/proc/self/cmdline').read()}))`,
    );
    const { outcome } = host.start(step);
    expect(JSON.parse((await outcome).stdout).report.command).toContain('wrapper.py');
  });

  test('prints text that is not ASCII unchanged', async () => {
    expect((await host.run(script(`echo '{"name":"Zürich"}'`))).stdout).toBe(line('"report":{"name":"Zürich"},'));
  });
});

test('only its owner can read what the product stores on a host', async () => {
  await host.run(script(counting));
  const folder = join(host.root, 'var/lib/rollback/r-1');
  expect(spawnSync('stat', ['-c', '%a', folder]).stdout.toString()).toBe('700\n');
});

describe('a check', () => {
  test('runs every time', async () => {
    await host.run(script(counting), { SSM_Kind: 'check' });
    await host.run(script(counting), { SSM_Kind: 'check' });
    expect(runs()).toBe(2);
  });
});

describe('a step that fails', () => {
  test.each([
    ['without a report', 'true', 'step.sh printed no report on stdout, expected one JSON object; correct the script'],
    ['with two reports', `echo '{}'; echo '{}'`, 'step.sh printed 2 lines on stdout, expected one; correct the script'],
    ['with no JSON', 'echo OK', 'step.sh printed 3 bytes on stdout that are not a JSON object; correct the script'],
    ['with a list', 'echo [1]', 'step.sh printed 4 bytes on stdout that are not a JSON object; correct the script'],
    [
      'with NaN',
      `echo '{"a":NaN}'`,
      'step.sh printed 10 bytes on stdout that are not a JSON object; correct the script',
    ],
    [
      'with 5,000 bytes',
      `printf '{"a":"%04992d"}\\n' 0`,
      'step.sh makes a line of 5074 bytes, expected at most 2000; shorten its report',
    ],
    [
      'with exit code 3',
      'echo first >&2; echo the disk is full >&2; exit 3',
      'step.sh exited with 3: the disk is full',
    ],
    ['with exit code 1 and no output', 'exit 1', 'step.sh exited with 1: nothing on stderr'],
    [
      'by a signal',
      'kill -9 $$',
      'step.sh was killed by signal 9, by code that it ran, a person or a lack of memory: nothing on stderr',
    ],
  ])('reports the reason: %s', async (_, bash, reason) => {
    const outcome = await host.run(script(bash));
    expect(JSON.parse(outcome.stdout)).toMatchObject({ verdict: 'failed', reason });
    expect(outcome.code).toBe(1);
  });

  test('runs again', async () => {
    await host.run(script('exit 1'));
    expect(await host.verdict(script(counting))).toMatchObject({ verdict: 'done', report: { files: 3 } });
  });

  test('includes the report that the script printed', async () => {
    expect(await host.verdict(script(`echo '{"files":1}'; exit 1`))).toMatchObject({ report: { files: 1 } });
  });

  test('leaves out a report that does not fit', async () => {
    const verdict = await host.verdict(script(`printf '{"a":"%04990d"}\\n' 0; exit 1`));
    expect(verdict).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('exited with 1') });
    expect(verdict).not.toHaveProperty('report');
  });

  test('cuts its reason at 300 characters', async () => {
    const verdict = await host.verdict(script(`printf '%0400d\\n' 0 >&2; exit 1`));
    expect(verdict.reason).toHaveLength(300);
  });
});

describe('a Python script', () => {
  test.each([
    ['exit code 3', 'sys.exit(3)', 'step.py exited with 3: nothing on stderr'],
    ['a sentence', "sys.exit('The disk is full')", 'step.py exited with 1: The disk is full'],
    ['an exception', "raise OSError('no disk')", 'step.py exited with 1: OSError: no disk'],
    [
      'a signal',
      'os.kill(os.getpid(), 9)',
      'step.py was killed by signal 9, by code that it ran, a person or a lack of memory: nothing on stderr',
    ],
    ['an error in its text', 'print(', "step.py exited with 1: SyntaxError: '(' was never closed"],
    [
      'a full disk under its output',
      "sys.stdout = open('/dev/full', 'w'); print(1)",
      'step.py exited with 1: OSError: [Errno 28] No space left on device',
    ],
  ])('may end with %s', async (_, python, reason) => {
    const step = host.write('step.py', `import os, sys\n${python}\n`);
    expect(await host.verdict(step)).toMatchObject({ verdict: 'failed', reason });
    expect(existsSync(join(host.state, 'r-1/the-step.json'))).toBe(false);
  });

  test('ends as Python does: with its exit functions, and after its threads', async () => {
    const step = host.write(
      'step.py',
      `import atexit, threading, time
atexit.register(lambda: open('functions', 'w').close())
threading.Thread(target=lambda: (time.sleep(0.1), open('threads', 'w').close())).start()
print('{}')
`,
    );
    expect((await host.verdict(step)).verdict).toBe('done');
    expect(['functions', 'threads'].map((name) => existsSync(join(host.root, name)))).toEqual([true, true]);
  });

  test('ends so after an exception too, and what it printed before counts as its report', async () => {
    const step = host.write(
      'step.py',
      `import atexit
atexit.register(lambda: open('functions', 'w').close())
print('{"files":1}')
raise OSError('no disk')
`,
    );
    expect(await host.verdict(step)).toMatchObject({
      verdict: 'failed',
      reason: 'step.py exited with 1: OSError: no disk',
      report: { files: 1 },
    });
    expect(existsSync(join(host.root, 'functions'))).toBe(true);
  });

  test('has no input, and its own folder is the first in which it looks for modules', async () => {
    const step = host.write(
      'own/step.py',
      `import json, sys, beside\nprint(json.dumps({'input': sys.stdin.read(), 'argv': sys.argv, 'beside': beside.x}))`,
    );
    host.write('own/beside.py', 'x = 1');
    expect((await host.verdict(step)).report).toEqual({ input: '', argv: [step], beside: 1 });
  });

  test('leaves nothing on the host in a plan', async () => {
    const step = host.write('step.py', `import os\nprint('{"mode":"%s"}' % os.environ['SSM_Mode'])`);
    expect((await host.verdict(step, { SSM_Mode: 'plan' })).report).toEqual({ mode: 'plan' });
    expect(existsSync(host.state)).toBe(false);
  });
});

describe('what the agent sees', () => {
  test('is at most 300 bytes of stderr, the last ones', async () => {
    const { stderr } = await host.run(script(`printf '%01000d\\n' 0 >&2; echo the end >&2; ${counting}`));
    expect(Buffer.byteLength(stderr)).toBe(300);
    expect(stderr).toMatch(/the end\n$/);
  });

  test('is in the log on the host: all of stderr, over all attempts', async () => {
    await host.run(script('echo one >&2; exit 1'));
    await host.run(script(`echo two >&2; ${counting}`));
    expect(host.read('var/lib/rollback/r-1/the-step.log')).toBe('one\ntwo\n');
  });
});

describe('the fence', () => {
  test('is stored when it is higher', async () => {
    await host.run(script(counting), { SSM_Fence: '8' });
    expect(host.read('var/lib/rollback/fence')).toBe('8\n');
  });

  test('refuses a lower one and runs nothing', async () => {
    await host.run(script(counting), { SSM_RollbackId: 'r-2', SSM_Fence: '8' });
    const late = await host.run(script(counting), { SSM_Fence: '7' });
    expect(JSON.parse(late.stdout)).toMatchObject({
      verdict: 'refused',
      reason: "Fence 7 is lower than 8, this host's highest; nothing was run. Use the newest rollback's fence",
    });
    expect(late.code).toBe(1);
    expect(runs()).toBe(1);
  });

  test('refuses a lower one even for a step that already succeeded', async () => {
    await host.run(script(counting));
    await host.run(script(counting), { SSM_RollbackId: 'r-2', SSM_Fence: '8' });
    expect((await host.verdict(script(counting))).verdict).toBe('refused');
  });

  test('file without a number stops every command', async () => {
    host.write('var/lib/rollback/fence', '');
    expect((await host.verdict(script(counting))).verdict).toBe('failed');
    expect(runs()).toBe(0);
  });
});

describe('a command with a wrong parameter', () => {
  test.each([
    ['SSM_Fence', '', 'SSM_Fence is not set; start wrapper.py by its SSM document, which sets it'],
    ['SSM_Fence', '7;ls', 'SSM_Fence must be a whole number, found 7;ls'],
    ['SSM_Kind', 'probe', 'SSM_Kind must be step, check or beside, found probe'],
    [
      'SSM_RollbackId',
      '../r',
      'SSM_RollbackId must be at most 80 letters, digits, dots, dashes or underscores, found ../r',
    ],
    [
      'SSM_State',
      '/proc/none',
      'The state folder /proc/none cannot be written: No such file or directory; check its disk and its mode, then retry',
    ],
  ])('fails in one line: %s=%s', async (name, value, reason) => {
    const outcome = await host.run(script(counting), { [name]: value });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ verdict: 'failed', reason });
    expect(outcome.stdout.split('\n')).toHaveLength(2);
    expect(runs()).toBe(0);
  });

  test('is refused in an unknown mode, and never runs as live', async () => {
    expect((await host.verdict(script(counting), { SSM_Mode: 'simulate' })).verdict).toBe('refused');
    expect(runs()).toBe(0);
  });
});

describe('a wrapper that is killed', () => {
  const waiting = `mkfifo go; echo began >> runs; read -r _ < go; echo ended >> runs; echo '{}'`;
  const began = async () => {
    while (runs() === 0) await new Promise(setImmediate);
  };
  const lockIsHeld = () => {
    const lock = join(host.state, 'lock');
    return spawnSync(python, ['-c', 'import fcntl,sys;fcntl.flock(open(sys.argv[1]),6)', lock]).status !== 0;
  };

  test('together with its step lets a retry run the step', async () => {
    const { pid, outcome } = host.start(script(waiting));
    await began();
    process.kill(-pid, 'SIGKILL');
    expect(await outcome).toEqual({ code: null, stdout: '', stderr: '' });
    expect(await host.verdict(script(counting))).toMatchObject({ verdict: 'done', report: { files: 3 } });
  });

  test.each([
    ['bash', () => script(waiting)],
    [
      'Python',
      () => host.write('step.py', `import os\nos.system("""${waiting.replace("; echo '{}'", '')}""")\nprint('{}')\n`),
    ],
  ])('alone leaves the lock to its orphan in %s, and the retry runs after the orphan', async (_, step) => {
    const { pid, outcome } = host.start(step());
    await began();
    process.kill(pid, 'SIGKILL');
    await outcome;
    expect(lockIsHeld()).toBe(true);
    const repeat = host.run(host.write('next.sh', `echo repeated >> runs; echo '{}'`));
    host.write('go', 'on\n');
    await repeat;
    expect(host.read('runs')).toBe('began\nended\nrepeated\n');
  });
});

describe('a daemon that a step leaves behind', () => {
  const daemons: readonly [string, string][] = [
    ['keeps the output of its script open', 'sleep 60 & echo $! > daemon'],
    ['keeps nothing of its script open', 'sleep 60 < /dev/null > /dev/null 2>&1 & echo $! > daemon'],
    ['begins a session of its own', 'setsid sleep 60 & echo $! > daemon'],
  ];
  afterEach(() => {
    spawnSync('kill', ['-9', host.read('daemon').trim()]);
  });

  test.each(daemons)('that %s holds neither its step up nor the next one', async (_, start) => {
    const began = performance.now();
    expect((await host.verdict(script(`${start}; echo '{}'`))).verdict).toBe('done');
    expect((await host.verdict(script(counting), { SSM_Step: 'next' })).verdict).toBe('done');
    expect(spawnSync('kill', ['-0', host.read('daemon').trim()]).status).toBe(0);
    expect(performance.now() - began).toBeLessThan(50_000);
  });

  test.each(daemons)("that %s: the same for a daemon of the customer's Python", async (_, start) => {
    host.write('opt/trading/scripts/script.py', `import os\nos.chdir('../..')\nos.system(${JSON.stringify(start)})\n`);
    const began = performance.now();
    expect((await host.verdict('run-customer-script.py', { SSM_Script: 'scripts/script.py' })).verdict).toBe('done');
    expect((await host.verdict(script(counting), { SSM_Step: 'next' })).verdict).toBe('done');
    expect(performance.now() - began).toBeLessThan(50_000);
  });
});

describe('the lock', () => {
  test('is no descriptor of a step that is no script of ours, so nothing can release or hold it', async () => {
    const { report } = await host.verdict(
      script(`echo "{\\"locks\\": $(ls -l /proc/self/fd | grep -c rollback/lock)}"`),
    );
    expect(report).toEqual({ locks: 0 });
  });

  test('is no descriptor of a program that a Python script starts, even one that inherits descriptors', async () => {
    const step = host.write(
      'step.py',
      `import subprocess
found = subprocess.run(['ls', '-l', '/proc/self/fd'], close_fds=False, stdout=subprocess.PIPE).stdout.decode()
print('{"locks": %d}' % found.count('rollback/lock'))`,
    );
    expect((await host.verdict(step)).report).toEqual({ locks: 0 });
  });

  test('is held until the step has ended, even if only its wrapper is killed', async () => {
    const { pid, outcome } = host.start(script(`echo in >> order; sleep 1; echo out >> order; echo '{}'`));
    while (!existsSync(join(host.root, 'order'))) await setTimeout(20);
    process.kill(pid, 'SIGKILL');
    await host.run(script('echo next >> order'), { SSM_Step: 'next' });
    await outcome;
    expect(host.read('order')).toBe('in\nout\nnext\n');
  });
});

describe('the state folder', () => {
  test.each(['lock', 'fence', 'fence.new', 'exporting', 'halt.lock', 'halted.json', 'halted.json.new', 'owed.json'])(
    'has a file %s of its own, so a rollback of that name is refused',
    async (name) => {
      expect(await host.verdict(script(counting), { SSM_RollbackId: name })).toMatchObject({
        verdict: 'failed',
        reason: `SSM_RollbackId must not be ${name}, a file of the product's own; start the rollback under another name`,
      });
      expect(runs()).toBe(0);
    },
  );

  test.each([0o755, 0o750, 0o777])('of mode %o is refused, because others may read or change it', async (mode) => {
    mkdirSync(host.state, { recursive: true });
    chmodSync(host.state, mode);
    const { verdict, reason } = await host.verdict(script(counting));
    expect(verdict).toBe('refused');
    expect(reason).toContain(
      `The state folder var/lib/rollback must be a folder of root with mode 0700, found mode 0${mode.toString(8)}`,
    );
    expect(runs()).toBe(0);
  });

  test('that is a file is refused', async () => {
    mkdirSync(join(host.root, 'var/lib'), { recursive: true });
    writeFileSync(host.state, '');
    expect((await host.verdict(script(counting))).verdict).toBe('refused');
  });
});
