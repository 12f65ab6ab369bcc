import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostFaults } from '../../src/hosts/host-faults.ts';
import { eventually, isAlive, readNumber, START, smallFleet } from '../ssm/small-fleet.ts';

/** A host whose image knows one mishap, of these lines. */
async function hostWith(...lines: string[]) {
  const { clock, hosts, toolbox } = await smallFleet();
  const [host] = hosts;
  if (!host) throw new Error('The fleet has no host.');
  await writeFile(join(host.folder, 'bin/mishap'), ['import os, sys', ...lines, ''].join('\n'));
  const happening = hostFaults(clock, toolbox);
  onTestFinished(happening.close);
  return { clock, happening, host, pid: () => readNumber(join(host.folder, 'pid')) };
}

const lasting = ['open("pid", "w").write(str(os.getpid()))', 'print("begun", flush=True)', 'sys.stdin.read()'];

test('a mishap that lasts is over when its time is, on the clock of the account', async () => {
  const { clock, happening, host, pid } = await hostWith(...lasting);
  await happening.begin(host, 'lock', 90);
  await clock.run(START + 89_000);
  const before = await isAlive(await pid());
  await clock.run(START + 91_000);
  expect([before, await isAlive(await pid())]).toEqual([true, false]);
});

test('a mishap that nobody ends is over with the account', async () => {
  const { happening, host, pid } = await hostWith(...lasting);
  await happening.begin(host, 'lock');
  happening.close();
  await eventually(async () => !(await isAlive(await pid())), 'the mishap is over');
});

test('a mishap that fails says why', async () => {
  const { happening, host } = await hostWith('sys.exit("there is no database")');
  await expect(happening.begin(host, 'lock')).rejects.toThrow('lock on host-1 ended with 1: there is no database');
});
