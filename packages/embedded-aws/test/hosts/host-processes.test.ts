import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { HostProcess } from '../../src/hosts/host-process.ts';
import { hostProcesses, type Reported } from '../../src/hosts/host-processes.ts';
import type { Host } from '../../src/ssm/host.ts';
import type { Happening } from '../../src/wire/service.ts';
import { START, smallFleet } from '../ssm/small-fleet.ts';

/** Responds to each tick with the number of ticks so far and of faults; prints nonsense or exits if a fault asks for it. */
const program = `
import json, os, sys
seen = 0
for line in sys.stdin:
    tick, seen = json.loads(line), seen + 1
    faults = tick['fault'] or []
    if any(fault['trigger'] == 'death' for fault in faults):
        sys.exit(3)
    if any(fault['trigger'] == 'nonsense' for fault in faults):
        print('nonsense', flush=True)
    else:
        print(json.dumps({'metrics': {'1': {'Seen': seen, 'Faults': len(faults)}}}), flush=True)
`;

/** Makes three hosts that report every 10 seconds. */
async function reporting() {
  const { hosts, toolbox, clock } = await smallFleet();
  for (const { folder } of hosts) {
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(join(folder, 'bin/program'), program);
  }
  const reported: Reported[] = [];
  const happenings: Happening[] = [];
  const prepared: string[] = [];
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  const processes = hostProcesses(
    { clock, random: seeded(1), ...place, tell: (one) => void happenings.push(one) },
    {
      hosts,
      start: (host, command) => new HostProcess(host, command, toolbox),
      process: { command: 'bin/program', every_seconds: 10, namespace: 'App', dimension: 'phase' },
      prepare: ({ name }) => void prepared.push(name),
      publish: (one) => void reported.push(one),
    },
  );
  onTestFinished(() => processes.close());
  return { processes, clock, reported, happenings, prepared, hosts: hosts as [Host, Host, Host] };
}

const seconds = (reported: readonly Reported[]) => reported.map(({ at }) => (at - START) / 1000);

describe('the programs of all hosts', () => {
  test('receive the time every ten seconds of the account’s clock, and report in the hosts’ order', async () => {
    const { processes, clock, reported, prepared } = await reporting();
    processes.start();
    await clock.run(START + 20_000);
    expect(seconds(reported)).toEqual([10, 10, 10, 20, 20, 20]);
    expect(reported[3]).toEqual({
      namespace: 'App',
      dimensions: { phase: '1' },
      metrics: { Seen: 2, Faults: 0 },
      at: START + 20_000,
    });
    expect(prepared).toEqual(['host-1', 'host-2', 'host-3', 'host-1', 'host-2', 'host-3']);
  });

  test('report past ticks with the instants of those ticks', async () => {
    const { processes, reported } = await reporting();
    await processes.catchUp(START - 20_000);
    expect(seconds(reported)).toEqual([-20, -20, -20, -10, -10, -10, 0, 0, 0]);
  });

  test('receive a fault from the next tick until it is healed', async () => {
    const { processes, clock, reported } = await reporting();
    processes.start();
    processes.addFault({ phase: 1, trigger: 'data_corruption' });
    await clock.run(START + 10_000);
    processes.heal(1);
    await clock.run(START + 20_000);
    expect(reported.map(({ metrics }) => metrics['Faults'])).toEqual([1, 1, 1, 0, 0, 0]);
  });

  test('publish no metric that an outage withholds, and nothing if no metric is left', async () => {
    const { processes, clock, reported } = await reporting();
    processes.start();
    processes.silence({ phase: 1, metrics: ['Faults'], for: 15 });
    await clock.run(START + 10_000);
    processes.silence({ phase: 1, for: 11 });
    await clock.run(START + 30_000);
    expect(reported.map(({ metrics }) => metrics)).toEqual([
      ...Array(3).fill({ Seen: 1 }),
      ...Array(3).fill({ Seen: 3, Faults: 0 }),
    ]);
  });

  test.each([
    ['prints no JSON', 'nonsense', /not JSON: nonsense/],
    ['has ended', 'death', /ended with code 3/],
  ])('publish nothing for a host whose program %s, and the account reports it', async (_, trigger, why) => {
    const { processes, clock, reported, happenings } = await reporting();
    processes.start();
    processes.addFault({ phase: 1, trigger });
    await clock.run(START + 10_000);
    expect(reported).toEqual([]);
    expect(happenings[0]).toMatchObject({ event: 'TickFailed', name: 'host-1', error: expect.stringMatching(why) });
  });
});

test('a host whose clock is ahead receives and reports that time', async () => {
  const { processes, clock, reported, hosts } = await reporting();
  processes.start();
  processes.setClock(hosts[1], 90);
  await clock.run(START + 10_000);
  expect(seconds(reported)).toEqual([10, 100, 10]);
});
