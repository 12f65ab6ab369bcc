import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeToolbox } from '../../src/ssm/toolbox.ts';
import { eventually, isAlive, readNumber, temporaryFolder } from './small-fleet.ts';

test('a host script and its child processes end when the account is killed', async () => {
  const folder = await temporaryFolder();
  await makeToolbox(join(folder, 'toolbox'));
  await mkdir(join(folder, 'host-1'));
  const lines = ['sleep 60 & echo $! > grandchild', 'echo $$ > script', 'wait'];
  const program = join(import.meta.dirname, 'lifeline-account.ts');
  const account = spawn(process.execPath, [program, folder, ...lines], { stdio: ['ignore', 'inherit', 'inherit'] });

  const pidIn = (file: string) => readNumber(join(folder, 'host-1', file));
  await eventually(async () => (await pidIn('script')) > 0, 'the script runs');
  const [script, grandchild] = [await pidIn('script'), await pidIn('grandchild')];
  expect([await isAlive(script), await isAlive(grandchild)]).toEqual([true, true]);

  account.kill('SIGKILL');
  await once(account, 'exit');
  await eventually(async () => !(await isAlive(script)) && !(await isAlive(grandchild)), 'both are gone');
});
