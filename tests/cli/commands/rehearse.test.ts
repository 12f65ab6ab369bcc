import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { synthesized } from '../../rehearsals/synthesized.ts';
import { rollback } from '../in-process.ts';
import { firstStory, foldersOf, processesOf, root, shortStory, startRollback } from '../rollback.ts';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a folder with one program of this name and these lines. Returns the folder. */
function program(name: string, ...lines: string[]): string {
  const bin = join(folder, `bin-${name}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), ['#!/bin/bash', ...lines, ''].join('\n'));
  chmodSync(join(bin, name), 0o755);
  return bin;
}

const path = process.env['PATH'] ?? '';
/** A test takes seconds on an idle machine and minutes on a busy one. */
const patience = { timeout: 180_000 };

describe.concurrent('a rehearsal', patience, () => {
  // A .bashrc that prints and exits would end every host script if it were read; the shim delays every start by 0.2 s.
  test('passes on a machine whose .bashrc exits and whose python3 is a slow shim, and prints JSON only', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    for (const file of ['.bashrc', '.bash_profile', '.profile'])
      writeFileSync(join(home, file), 'echo "welcome"\nexit 1\n');
    const shim = program('python3', 'sleep 0.2', `exec ${onPath('python3')} "$@"`);
    const { pid, ended } = startRollback(['rehearse', shortStory, '--json', '--assembly', await synthesized()], {
      HOME: home,
      PATH: `${shim}${delimiter}${path}`,
    });
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('Clear corrupted cache')]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ passed: true, differences: [], ending: 'Rolled back', seed: 1 });
    expect(Object.keys(document).toSorted()).toEqual([
      'differences',
      'ending',
      'events',
      'execution',
      'flags',
      'hosts',
      'messages',
      'minutes',
      'passed',
      'rollback',
      'seed',
      'timings',
    ]);
    expect([processesOf(pid), foldersOf(pid)]).toEqual([[], []]);
  });

  test('with a difference exits with 1 and prints the difference', async () => {
    const file = join(folder, 'differs.yaml');
    writeFileSync(
      file,
      'name: Nothing is started\nhosts: 0\nwhen: [{ at: 0s, start: { phase: 1 } }]\nthen: { ending: Rolled back }\n',
    );
    const { code, stdout } = await rollback(['rehearse', file, '--simulated', '--assembly', await synthesized()]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /Failed: the result differs from the story:\n {2}the rollback: expected ending Rolled back, found Needs a person \(.*No host/,
    );
  });
});

describe.concurrent('a machine without', patience, () => {
  // packages/embedded-aws/test/ssm/toolbox.test.ts tests each tool; here the whole command fails for one.
  test.each(['git'])('%s fails with one sentence that names it, and leaves nothing behind', async (tool) => {
    const bin = join(folder, `without-${tool}`);
    mkdirSync(bin);
    for (const there of ['git', 'python3', 'bash']) if (there !== tool) symlinkSync(onPath(there), join(bin, there));
    const words = ['rehearse', firstStory, '--json', '--assembly', await synthesized()];
    const { code, stdout, stderr } = await rollback(words, { PATH: bin });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      new RegExp(`^${tool} was not found or does not start\\. It .*\\. Install ${tool}, .* and start again\\.$`),
    );
    expect([processesOf(process.pid), foldersOf(process.pid)]).toEqual([[], []]);
  });
});

function onPath(tool: string): string {
  const found = path.split(delimiter).find((one) => {
    try {
      return readdirSync(one).includes(tool);
    } catch {
      return false;
    }
  });
  return join(found ?? '', tool);
}

test('npm start runs the first story', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(scripts.start).toBe(`exec node cli/bin.js rehearse ${firstStory}`);
});
