import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/clock/clock.ts';
import type { OutputFault } from '../../src/ssm/output-faults.ts';
import {
  eventually,
  fleetUnder,
  HOST_1,
  HOST_2,
  HOST_3,
  invocation,
  isAlive,
  readNumber,
  START,
  script,
  send,
  sendDocument,
  smallFleet,
} from './small-fleet.ts';

const ALL = { InstanceIds: [HOST_1, HOST_2, HOST_3] };
const ended = (happenings: readonly Record<string, unknown>[]) =>
  happenings.filter(({ event }) => event === 'InvocationEnded');

describe('a script on a host', () => {
  test.each([
    ['Success', 'exit 0', 'Success', 'Success', 0],
    ['Failed with its exit code', 'exit 3', 'Failed', 'Failed', 3],
    [
      'timed out if it exits 137, because the agent cannot distinguish them',
      'exit 137',
      'TimedOut',
      'Execution Timed Out',
      137,
    ],
  ])('ends as %s', async (_, line, Status, StatusDetails, ResponseCode) => {
    const { account, clock } = await smallFleet();
    const id = await send(account, [line]);
    await clock.run(START + 10_000);
    expect(await invocation(account, id)).toMatchObject({ Status, StatusDetails, ResponseCode });
  });

  test('has nothing of the account in its environment but the time of its host', async () => {
    const { account, clock, hosts, toolbox } = await smallFleet();
    const id = await send(account, ['env | sort | grep -vE "^(PWD|OLDPWD|SHLVL|_)="']);
    await clock.run(START + 10_000);
    expect((await invocation(account, id)).StandardOutputContent).toBe(
      [
        `EMBEDDED_AWS_HOST_TIME=${START / 1000}`,
        `HOME=${hosts[0]?.folder}`,
        'LANG=C.UTF-8',
        `PATH=${hosts[0]?.folder}/bin:${toolbox}:/usr/bin:/bin`,
        'TZ=UTC',
        '',
      ].join('\n'),
    );
  });

  test('reads the time of its host from `date`, which may be ahead or behind', async () => {
    const { account, clock, hosts } = await smallFleet();
    account.faults.setClock(hosts[0]?.instanceId ?? '', -120);
    const id = await send(account, ['date -u +%s']);
    await clock.run(START + 10_000);
    expect((await invocation(account, id)).StandardOutputContent).toBe(`${START / 1000 - 120}\n`);
  });

  test('finds the programs of its host first', async () => {
    const { account, clock, hosts } = await smallFleet();
    await writeFile(join(hosts[0]?.folder ?? '', 'bin', 'systemctl'), '#!/bin/sh\necho of the host\n', { mode: 0o755 });
    const id = await send(account, ['systemctl']);
    await clock.run(START + 10_000);
    expect((await invocation(account, id)).StandardOutputContent).toBe('of the host\n');
  });

  test.each([
    ['quotes', `it's "quoted"`],
    ['lines', 'one\ntwo'],
    ['substitutions', '$(touch pwned) `touch pwned` ; touch pwned'],
  ])('receives %s unchanged in a variable', async (_, reason) => {
    const { account, clock, hosts } = await smallFleet();
    account.createDocument({
      name: 'note',
      documentType: 'Command',
      content: {
        ...script('printf %s "$SSM_reason"'),
        parameters: { reason: { type: 'String', interpolationType: 'ENV_VAR' } },
      },
    });
    const id = await sendDocument(account, { DocumentName: 'note', Parameters: { reason: [reason] } });
    await clock.run(START + 10_000);
    expect((await invocation(account, id)).StandardOutputContent).toBe(reason);
    await expect(readFile(join(hosts[0]?.folder ?? '', 'pwned'))).rejects.toThrow('ENOENT');
  });

  test('runs in the working directory of its document, inside the host’s folder', async () => {
    const { account, clock, hosts } = await smallFleet();
    const content = script('pwd');
    Object.assign(content.mainSteps[0]?.inputs ?? {}, { workingDirectory: '/bin' });
    account.createDocument({ name: 'where', content, documentType: 'Command' });
    const id = await sendDocument(account, { DocumentName: 'where' });
    await clock.run(START + 10_000);
    expect((await invocation(account, id)).StandardOutputContent).toBe(`${hosts[0]?.folder}/bin\n`);
  });
});

describe('with modelled durations', () => {
  test('a script starts 0.8 to 2.2 s after SendCommand and takes 0.3 to 1.5 s, independent of the child', async () => {
    const { account, clock, happenings } = await smallFleet();
    await send(account, ['true'], ALL);
    await clock.run(START + 10_000);
    for (const { instance, at } of ended(happenings)) {
      const started = happenings.find((one) => one.event === 'InvocationStarted' && one['instance'] === instance);
      expect(Number(started?.['at']) - START).toBeGreaterThanOrEqual(800);
      expect(Number(started?.['at']) - START).toBeLessThan(2_201);
      expect(Number(at) - Number(started?.['at'])).toBeGreaterThanOrEqual(300);
      expect(Number(at) - Number(started?.['at'])).toBeLessThan(1_501);
    }
    expect(ended(happenings)).toHaveLength(3);
  });

  test('the same seed gives the same happenings, whichever child ended first', async () => {
    const story = async (seed: number, slow: string) => {
      const { account, clock, happenings } = await smallFleet({ seed });
      await send(account, [`[ "$HOME" = "\${HOME%${slow}}" ] || sleep 0.2; echo done`], ALL);
      await send(account, ['echo second'], ALL);
      await clock.run(START + 10_000);
      return happenings.map(({ event, at, command, name }) => `${at} ${event} ${command} ${name}`);
    };
    expect(await story(7, 'host-1')).toEqual(await story(7, 'host-3'));
    expect(await story(7, 'host-1')).not.toEqual(await story(8, 'host-1'));
  });

  test('the clock stops while a child runs', async () => {
    const { account, clock, folder } = await smallFleet();
    const seen = join(folder, 'the-test-has-looked');
    await send(account, [`until [ -e "${seen}" ]; do sleep 0.01; done`]);
    let later = false;
    clock.at(START + 1, () => {
      later = true;
    });
    const running = clock.run(START + 10_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(later).toBe(false);
    await writeFile(seen, '');
    await running;
    expect(later).toBe(true);
  });

  test('a child that runs longer than the patience is killed, and reported at its execution timeout', async () => {
    const { account, clock, hosts, happenings } = await smallFleet({ patience: 300 });
    await send(account, ['sleep 1000 & echo $! > grandchild; echo began; wait']);
    await clock.run(START + 100_000);
    expect(ended(happenings)).toMatchObject([{ details: 'Execution Timed Out', responseCode: 137, output: 'began\n' }]);
    const started = happenings.find(({ event }) => event === 'InvocationStarted');
    expect(Number(ended(happenings)[0]?.['at']) - Number(started?.['at'])).toBe(60_000);
    expect(await isAlive(await readNumber(join(hosts[0]?.folder ?? '', 'grandchild')))).toBe(false);
  });

  test('children wait for a place if there are more children than places', async () => {
    const { account, clock, happenings, folder } = await smallFleet({ simultaneousChildren: 1 });
    const alone = `mkdir "${folder}/busy" && sleep 0.05 && rmdir "${folder}/busy"`;
    await send(account, [alone], ALL);
    await clock.run(START + 10_000);
    expect(ended(happenings).map(({ status }) => status)).toEqual(['Success', 'Success', 'Success']);
  });
});

describe('without modelled durations', () => {
  test('results come when the children end, in that order', async () => {
    const { account, happenings } = await fleetUnder(realClock(), { modelledDurations: false });
    await send(account, ['[ "${HOME##*/}" = host-1 ] && sleep 0.3; echo "${HOME##*/}"'], {
      InstanceIds: [HOST_1, HOST_2],
    });
    await eventually(() => ended(happenings).length === 2, 'both have ended');
    expect(ended(happenings).map(({ name }) => name)).toEqual(['host-2', 'host-1']);
  });

  test('a script is in progress as soon as it is sent', async () => {
    const { account, happenings } = await fleetUnder(realClock(), { modelledDurations: false });
    await send(account, ['true']);
    expect(happenings.map(({ event }) => event)).toEqual(['CommandSent', 'InvocationStarted']);
  });

  test('an unreachable host receives its command when it is reachable again', async () => {
    const { account, happenings } = await fleetUnder(realClock(), { modelledDurations: false, unreachable: HOST_1 });
    await send(account, ['echo late']);
    account.faults.setReachable(HOST_1, true);
    await eventually(() => ended(happenings).length === 1, 'it has ended');
    expect(ended(happenings)).toMatchObject([{ status: 'Success', output: 'late\n' }]);
  });
});

describe('an unreachable host', () => {
  test('has a Pending invocation until the delivery timeout ends it', async () => {
    const { account, clock } = await smallFleet({ unreachable: HOST_1 });
    const id = await send(account, ['true'], { TimeoutSeconds: 60 });
    await clock.run(START + 59_999);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Pending', ResponseCode: -1 });
    await clock.run(START + 60_000);
    expect(await invocation(account, id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'Delivery Timed Out',
      ResponseCode: -1,
    });
  });

  test('receives its command if it is reachable again before the delivery timeout', async () => {
    const { account, clock } = await smallFleet({ unreachable: HOST_1 });
    const id = await send(account, ['echo late'], { TimeoutSeconds: 60 });
    await clock.run(START + 30_000);
    account.faults.setReachable(HOST_1, true);
    await clock.run(START + 100_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Success', StandardOutputContent: 'late\n' });
  });

  test('runs nothing after the delivery timeout', async () => {
    const { account, clock, hosts } = await smallFleet({ unreachable: HOST_1 });
    await send(account, ['touch ran'], { TimeoutSeconds: 60 });
    await clock.run(START + 61_000);
    account.faults.setReachable(HOST_1, true);
    await clock.run(START + 200_000);
    await expect(readFile(join(hosts[0]?.folder ?? '', 'ran'))).rejects.toThrow('ENOENT');
  });

  test('runs a command once, even if it is unreachable several times', async () => {
    const { account, clock, hosts } = await smallFleet();
    const id = await send(account, ['echo ran >> log']);
    for (const reachable of [false, true, false, true]) account.faults.setReachable(HOST_1, reachable);
    await clock.run(START + 10_000);
    expect(await readFile(join(hosts[0]?.folder ?? '', 'log'), 'utf8')).toBe('ran\n');
    expect(await invocation(account, id)).toMatchObject({ Status: 'Success' });
  });

  test('reports a script that ended meanwhile when it is reachable again', async () => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['echo done']);
    account.faults.setReachable(HOST_1, false);
    await clock.run(START + 30_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'InProgress', StandardOutputContent: '' });
    account.faults.setReachable(HOST_1, true);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Success', StandardOutputContent: 'done\n' });
  });

  test('that stays unreachable times out after delivery and execution timeout, even if its script ran', async () => {
    const { account, clock, hosts } = await smallFleet();
    const id = await send(account, ['touch ran'], { TimeoutSeconds: 30 });
    account.faults.setReachable(HOST_1, false);
    await clock.run(START + 89_999);
    expect(await invocation(account, id)).toMatchObject({ Status: 'InProgress' });
    await clock.run(START + 90_000);
    expect(await invocation(account, id)).toMatchObject({ StatusDetails: 'Delivery Timed Out', ResponseCode: -1 });
    await readFile(join(hosts[0]?.folder ?? '', 'ran'));
  });
});

describe('an injected fault', () => {
  test('fails a script the given number of times without running it, and states that on stderr', async () => {
    const { account, clock, hosts } = await smallFleet();
    account.faults.failScript({ document: 'step-1', instanceId: HOST_1, times: 2 });
    const ids = [await send(account, ['echo ran >> log'])];
    for (let again = 0; again < 2; again += 1) ids.push(await sendDocument(account, { DocumentName: 'step-1' }));
    await clock.run(START + 10_000);
    const codes = await Promise.all(ids.map(async (id) => (await invocation(account, id)).ResponseCode));
    expect(codes).toEqual([1, 1, 0]);
    expect((await invocation(account, String(ids[0]))).StandardErrorContent).toContain('Injected fault');
    expect(await readFile(join(hosts[0]?.folder ?? '', 'log'), 'utf8')).toBe('ran\n');
  });

  test('matches a document by the end of its name, on its host only', async () => {
    const { account, clock, happenings } = await smallFleet();
    account.createDocument({ name: 'rollback-phase-1-restore-code', content: script('true'), documentType: 'Command' });
    account.faults.failScript({ document: 'restore-code', instanceId: HOST_2, times: 9 });
    await sendDocument(account, { DocumentName: 'rollback-phase-1-restore-code', ...ALL });
    await clock.run(START + 10_000);
    const failed = ended(happenings).filter(({ status }) => status === 'Failed');
    expect(failed.map(({ name }) => name)).toEqual(['host-2']);
  });

  test('matches a command by its parameters if the fault names some', async () => {
    const { account, clock } = await smallFleet();
    const content = { ...script('true'), parameters: { Step: { type: 'String', interpolationType: 'ENV_VAR' } } };
    account.createDocument({ name: 'clear-cache', content, documentType: 'Command' });
    account.faults.failScript({
      document: '',
      parameters: { Step: 'clear-signal-cache' },
      instanceId: HOST_1,
      times: 9,
    });
    const sent = (step: string) => sendDocument(account, { DocumentName: 'clear-cache', Parameters: { Step: [step] } });
    const ids = [await sent('clear-corrupted-cache'), await sent('clear-signal-cache')];
    await clock.run(START + 10_000);
    const codes = await Promise.all(ids.map(async (id) => (await invocation(account, id)).ResponseCode));
    expect(codes).toEqual([0, 1]);
  });

  test('makes a script hang until its execution timeout, without stopping the clock', async () => {
    const { account, clock } = await smallFleet();
    account.faults.hangScript({ document: 'step-1', instanceId: HOST_1 });
    const id = await send(account, ['true']);
    await clock.run(START + 60_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
    await clock.run(START + 63_000);
    expect(await invocation(account, id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'Execution Timed Out',
      ResponseCode: 137,
    });
  });

  test.each<[string, OutputFault, string]>([
    ['no output', 'nothing', ''],
    ['its output twice', 'twice', 'done\ndone\n'],
    ['5,000 bytes that end with its output', 'too-much', `${'.'.repeat(4_994)}\ndone\n`],
  ])('lets a script do its work and print %s', async (_, says, stdout) => {
    const { account, clock, hosts } = await smallFleet();
    account.faults.garbleScript({ document: 'step-1', instanceId: HOST_1, times: 1, says });
    const id = await send(account, ['touch worked; echo done']);
    await clock.run(START + 10_000);
    expect(await invocation(account, id)).toMatchObject({ Status: 'Success', StandardOutputContent: stdout });
    expect(await readFile(join(hosts[0]?.folder ?? '', 'worked'), 'utf8')).toBe('');
  });

  test('on a host that does not exist is refused', async () => {
    const { account } = await smallFleet();
    expect(() => account.faults.setReachable('host-9', false)).toThrow(`There is no host host-9; there are ${HOST_1}`);
  });
});

describe('a host that is switched off', () => {
  test('runs a script that it has not reported once more when it is reachable', async () => {
    const { account, clock, hosts } = await smallFleet();
    const id = await send(account, ['echo again >> ran'], { InstanceIds: [HOST_1] });
    await clock.run(START + 100);
    account.faults.switchOff(HOST_1);
    await clock.run(START + 30_000);
    const before = (await invocation(account, id)).Status;
    account.faults.setReachable(HOST_1, true);
    await clock.run(START + 60_000);
    expect([before, (await invocation(account, id)).Status]).toEqual(['Pending', 'Success']);
    expect(await readFile(join(hosts[0]?.folder ?? '', 'ran'), 'utf8')).toBe('again\nagain\n');
  });

  test('does not run a reported script again', async () => {
    const { account, clock, hosts } = await smallFleet();
    await send(account, ['echo once >> ran'], { InstanceIds: [HOST_1] });
    await clock.run(START + 10_000);
    account.faults.switchOff(HOST_1);
    account.faults.setReachable(HOST_1, true);
    await clock.run(START + 20_000);
    expect(await readFile(join(hosts[0]?.folder ?? '', 'ran'), 'utf8')).toBe('once\n');
  });

  test('loses a command whose time ends meanwhile', async () => {
    const { account, clock } = await smallFleet();
    const id = await send(account, ['echo here'], { InstanceIds: [HOST_1] });
    await clock.run(START + 100);
    account.faults.switchOff(HOST_1);
    await clock.run(START + 24 * 3_600_000);
    expect(await invocation(account, id)).toMatchObject({ StatusDetails: 'Delivery Timed Out' });
  });
});
