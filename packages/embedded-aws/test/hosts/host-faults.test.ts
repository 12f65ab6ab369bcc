import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostFaults } from '../../src/hosts/host-faults.ts';
import { eventually, isAlive, readNumber, START, smallFleet } from '../ssm/small-fleet.ts';

/** Makes a host whose `bin/mishap` is a program of these lines. */
async function hostWith(...lines: string[]) {
  const { clock, hosts, toolbox } = await smallFleet();
  const [host] = hosts;
  if (!host) throw new Error('The fleet has no host.');
  await writeFile(join(host.folder, 'bin/mishap'), ['import os, sys', ...lines, ''].join('\n'));
  const faults = hostFaults(clock, toolbox);
  onTestFinished(faults.close);
  return { clock, faults, host, pid: () => readNumber(join(host.folder, 'pid')) };
}

const lasting = ['open("pid", "w").write(str(os.getpid()))', 'print("begun", flush=True)', 'sys.stdin.read()'];

test('a lasting fault ends after its time on the account’s clock', async () => {
  const { clock, faults, host, pid } = await hostWith(...lasting);
  await faults.begin(host, { name: 'lock' }, 90);
  await clock.run(START + 89_000);
  const before = await isAlive(await pid());
  await clock.run(START + 91_000);
  expect([before, await isAlive(await pid())]).toEqual([true, false]);
});

test('a fault without a time ends with the account', async () => {
  const { faults, host, pid } = await hostWith(...lasting);
  await faults.begin(host, { name: 'lock' });
  faults.close();
  await eventually(async () => !(await isAlive(await pid())), 'the fault has ended');
});

test('a fault that cannot begin is an error with the reason', async () => {
  const { faults, host } = await hostWith('sys.exit("there is no database")');
  await expect(faults.begin(host, { name: 'lock' })).rejects.toThrow(
    'lock on host-1 ended with 1: there is no database',
  );
});

test('a reboot ends the lasting faults of its host', async () => {
  const { faults, host, pid } = await hostWith(...lasting);
  await faults.begin(host, { name: 'lock' });
  await faults.endOn(host);
  expect(await isAlive(await pid())).toBe(false);
});
