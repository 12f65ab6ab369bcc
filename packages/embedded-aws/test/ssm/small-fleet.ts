import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SendCommandRequest } from '@aws-sdk/client-ssm';
import { inject, onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock/clock.ts';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { Host } from '../../src/ssm/host.ts';
import { keptIn } from '../../src/ssm/kept-scripts.ts';
import { runScript } from '../../src/ssm/run-script.ts';
import { type Ssm, type SsmOptions, ssm } from '../../src/ssm/ssm.ts';
import type { Happening } from '../../src/wire/service.ts';

export const START = Date.parse('2026-03-02T09:00:00Z');
export const HOST_1 = 'i-00000000000000001';
export const HOST_2 = 'i-00000000000000002';
export const HOST_3 = 'i-00000000000000003';
export const person = { arn: 'arn:aws:iam::000000000000:user/ana' };

/** Creates an account with three hosts in a temporary folder, under a virtual clock. Both end with the test. */
export async function smallFleet(options: Partial<SsmOptions> & { seed?: number; unreachable?: string } = {}) {
  const clock = new VirtualClock(START);
  return { ...(await fleetUnder(clock, { modelledDurations: true, ...options })), clock };
}

export async function fleetUnder(clock: Clock, options: Partial<SsmOptions> & { seed?: number; unreachable?: string }) {
  const folder = await temporaryFolder();
  const toolbox = inject('toolbox');
  const hosts = [HOST_1, HOST_2, HOST_3].map(
    (instanceId, index): Host => ({
      instanceId,
      name: `host-${index + 1}`,
      folder: join(folder, `host-${index + 1}`),
      tags: { fleet: 'trading', rack: `r${index + 1}` },
      platform: { PlatformType: 'Linux', PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
      agentVersion: '3.3.2746.0',
      reachable: instanceId !== options.unreachable,
    }),
  );
  for (const host of hosts) await mkdir(join(host.folder, 'bin'), { recursive: true });
  const happenings: Happening[] = [];
  const surroundings = {
    clock,
    random: seeded(options.seed ?? 1),
    region: 'eu-west-1',
    accountId: '000000000000',
    tell: (happening: Happening) => void happenings.push({ ...happening, at: clock.now() }),
  };
  const account = ssm(surroundings, hosts, {
    toolbox,
    keepScript: keptIn(join(folder, 'run')),
    modelledDurations: true,
    run: runScript,
    ...options,
  });
  onTestFinished(() => account.close());
  return { account, hosts, happenings, folder, toolbox };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ssm-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Returns the content of a document with one script. */
export const script = (...runCommand: string[]) => ({
  schemaVersion: '2.2',
  mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand, timeoutSeconds: '60' } }],
});

/** Creates a document of these lines, sends it to host 1 or to the request's hosts, and returns the command's id. */
export async function send(account: Ssm, lines: string[], request: Partial<SendCommandRequest> = {}): Promise<string> {
  const name = `step-${account.state.documents.size + 1}`;
  account.createDocument({ name, content: script(...lines), documentType: 'Command' });
  return sendDocument(account, { DocumentName: name, ...request });
}

export async function sendDocument(account: Ssm, request: SendCommandRequest): Promise<string> {
  const response = await account.actions.SendCommand.run(account.state, { InstanceIds: [HOST_1], ...request }, person);
  return String(response.Command?.CommandId);
}

export const invocation = (account: Ssm, CommandId: string, InstanceId: string = HOST_1) =>
  account.actions.GetCommandInvocation.run(account.state, { CommandId, InstanceId }, person);

/** Waits until a condition holds, for at most 100 real seconds, because a busy machine is slow. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within 100 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Returns whether a process runs. A zombie, which has ended, does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}

export const readNumber = async (file: string): Promise<number> => Number(await readFile(file, 'utf8').catch(() => ''));
