import { readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appconfig } from '../../src/appconfig/appconfig.ts';
import { staleAgents } from '../../src/appconfig/stale-agents.ts';
import { type Clock, realClock } from '../../src/clock/clock.ts';
import { seeded } from '../../src/clock/random.ts';
import { cloudwatch } from '../../src/cloudwatch/cloudwatch.ts';
import { control } from '../../src/control/control.ts';
import { watchers } from '../../src/control/watch.ts';
import { ec2 } from '../../src/ec2/ec2.ts';
import { events } from '../../src/events/events.ts';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import { FunctionFaults } from '../../src/faults/function-faults.ts';
import { StopFaults } from '../../src/faults/stop-faults.ts';
import { hostFaults } from '../../src/hosts/host-faults.ts';
import type { HostProcesses } from '../../src/hosts/host-processes.ts';
import { hostPower } from '../../src/hosts/power.ts';
import { statusOf } from '../../src/hosts/real-computers.ts';
import { lambda } from '../../src/lambda/lambda.ts';
import { messaging } from '../../src/messaging/messaging.ts';
import { receiver } from '../../src/receiver/receiver.ts';
import type { Surroundings } from '../../src/wire/service.ts';
import { fleetUnder, HOST_2, invocation, START, send, smallFleet } from '../ssm/small-fleet.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:000000000000:execution:rollback-local-phase-1:one';
const running = {
  arn: EXECUTION,
  status: 'RUNNING' as 'RUNNING' | 'SUCCEEDED',
  started_at: '2026-03-02T09:00:00.000Z',
  transitions: 3,
  lambda_invocations: 2,
};

/** The services whose requests have tests of their own: tests/control/configure.test.ts. */
const unused = (surroundings: Surroundings) => ({
  alarms: cloudwatch(surroundings, { publish: () => {}, notify: () => {} }),
  functions: lambda(surroundings, { variables: () => ({}), start: () => unreachable() }),
});
function unreachable(): never {
  throw new Error('No function runs here.');
}

type Fleet = Awaited<ReturnType<typeof smallFleet>>;

/** Makes three hosts and one running execution. `ask` is a request under /_account. */
function controlled<C extends Clock>({ account, hosts, toolbox, clock }: Omit<Fleet, 'clock'> & { clock: C }) {
  const surroundings = { clock, random: seeded(1), region: 'eu-west-1', accountId: '000000000000', tell: () => {} };
  const faults = new ActionFaults(
    () => {},
    () => clock.now(),
  );
  const functionFaults = new FunctionFaults(
    () => {},
    () => clock.now(),
  );
  const bus = events(surroundings, { startExecution: () => {}, invoke: () => {}, sendToQueue: () => {} });
  const messages = messaging(surroundings);
  const flags = appconfig(surroundings, { alarmOf: () => undefined });
  const agents = staleAgents(clock);
  const processes: unknown[] = [];
  const outages: string[] = [];
  let executions = [running];
  const instances = ec2(surroundings, hosts);
  const systemsManager = account;
  const hostProcesses: HostProcesses = {
    catchUp: async () => {},
    start: () => {},
    close: () => {},
    addFault: (fault) => void processes.push(fault),
    heal: (phase) => void processes.push(`phase ${phase} healed`),
    silence: (silence) => void processes.push(silence),
    setClock: ({ name }, seconds) => void processes.push(`${name} ${seconds} s ahead`),
    terminate: ({ name }) => void processes.push(`${name} terminated`),
    boot: ({ name }) => void processes.push(`${name} booted`),
    unmet: () => outages,
  };
  const power = hostPower({ clock, ec2: instances, systemsManager: account.faults, processes: hostProcesses });
  const handle = control({
    clock,
    hosts,
    services: {
      faults,
      functionFaults,
      flags,
      agents,
      stopFaults: new StopFaults(clock),
      monitors: () => [],
      receivers: receiver(surroundings, faults),
      ...unused(surroundings),
      bus,
      messages,
      systemsManager,
      instances,
      executions: () => executions,
      endExecution: (arn, how) => void processes.push(`${arn} ${how}`),
      prepare: () => {},
    },
    processes: hostProcesses,
    power,
    computers: { faults: hostFaults(clock, toolbox), statusOf: (host) => statusOf(host, toolbox) },
    watch: watchers(() => clock),
    about: () => ({ accountId: '000000000000' }),
  });
  return {
    account,
    clock,
    hosts,
    faults,
    functionFaults,
    instances,
    messages,
    processes,
    outages,
    endExecution: () => {
      executions = [{ ...running, status: 'SUCCEEDED' }];
    },
    ask: async (request: string, body?: unknown) => {
      const [method = '', path = ''] = request.split(' ');
      const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
      return handle(method, `/_account${path}`, text, undefined as unknown as ServerResponse);
    },
  };
}

const underVirtualTime = async () => controlled(await smallFleet());

test('POST /_account/executions lets an execution end as nobody sees it', async () => {
  const { ask, processes } = await underVirtualTime();
  await ask('POST /executions', { execution: 'arn:one', becomes: 'deleted' });
  expect(processes).toContain('arn:one deleted');
});

describe('GET /_account', () => {
  test('describes the account and its time', async () => {
    const { ask } = await underVirtualTime();
    expect(await ask('GET ')).toEqual({ accountId: '000000000000', now: '2026-03-02T09:00:00.000Z' });
  });
});

describe('POST /_account/clock', () => {
  test('lets time pass until an instant', async () => {
    const { ask, clock } = await underVirtualTime();
    expect(await ask('POST /clock', { until: '2026-03-02T09:10:00Z' })).toEqual({ now: '2026-03-02T09:10:00.000Z' });
    expect(clock.now()).toBe(START + 600_000);
  });

  test('lets time pass until an execution has ended, if that is earlier', async () => {
    const { ask, clock, endExecution } = await underVirtualTime();
    clock.at(START + 60_000, endExecution);
    const until = '2026-03-02T10:00:00Z';
    expect(await ask('POST /clock', { until, execution: EXECUTION })).toEqual({ now: '2026-03-02T09:01:00.000Z' });
  });

  test('waits under the real clock', async () => {
    const { ask, endExecution } = controlled({ ...(await fleetUnder(realClock(), {})), clock: realClock() });
    const began = Date.now();
    setTimeout(endExecution, 60);
    await ask('POST /clock', { until: new Date(began + 60_000).toISOString(), execution: EXECUTION });
    expect(Date.now() - began).toBeGreaterThanOrEqual(59);
    expect(Date.now() - began).toBeLessThan(55_000);
  });

  test.each([
    ['no instant', {}, /^✖ Invalid input: expected string, received undefined\s+→ at until$/],
    ['no date', { until: 'tomorrow' }, /^✖ Invalid ISO datetime\s+→ at until$/],
    ['an unknown key', { until: '2026-03-02T09:10:00Z', untill: 1 }, /^✖ Unrecognized key: "untill"$/],
  ])('with %s is refused with the reason, and no time passes', async (_, body, message) => {
    const { ask, clock } = await underVirtualTime();
    await expect(ask('POST /clock', body)).rejects.toThrow(message);
    expect(clock.now()).toBe(START);
  });
});

describe('GET /_account/executions', () => {
  test('lists executions with their transitions and invocations', async () => {
    const { ask } = await underVirtualTime();
    expect(await ask('GET /executions')).toEqual([running]);
  });
});

describe('POST /_account/hosts/NAME', () => {
  test('makes a host unreachable, and reachable again', async () => {
    const { ask, account, clock } = await underVirtualTime();
    await ask('POST /hosts/host-2', { reachable: false });
    const command = await send(account, ['echo here'], { InstanceIds: [HOST_2] });
    await clock.run(START + 30_000);
    const before = (await invocation(account, command, HOST_2)).Status;
    await ask('POST /hosts/host-2', { reachable: true });
    await clock.run(START + 60_000);
    expect([before, (await invocation(account, command, HOST_2)).Status]).toEqual(['Pending', 'Success']);
  });

  test('terminates a host: Systems Manager knows it no more, and its program ends', async () => {
    const { ask, account, processes } = await underVirtualTime();
    await ask('POST /hosts/host-2', { becomes: 'terminated' });
    await expect(send(account, ['echo here'], { InstanceIds: [HOST_2] })).rejects.toThrow('not in a valid state');
    expect(processes).toEqual(['host-2 terminated']);
  });

  test('stops a host, and boots it', async () => {
    const { ask, clock, processes, instances, hosts } = await underVirtualTime();
    await ask('POST /hosts/host-2', { becomes: 'stopped' });
    await clock.run(START + 60_000);
    const before = hosts[1] && instances.stateOf(hosts[1]);
    await ask('POST /hosts/host-2', { becomes: 'booted' });
    await clock.run(START + 120_000);
    expect([before, hosts[1] && instances.stateOf(hosts[1])]).toEqual(['stopped', 'running']);
    expect(processes).toEqual(['host-2 terminated', 'host-2 booted']);
  });

  test('removes the tags of a host in EC2 too', async () => {
    const { ask, instances } = await underVirtualTime();
    await ask('POST /hosts/host-2', { tags: {} });
    expect([...instances.state.instances.values()].map(({ tags }) => tags['fleet'])).toEqual([
      'trading',
      undefined,
      'trading',
    ]);
  });

  test('gives a host its tags back', async () => {
    const { ask, account, instances } = await underVirtualTime();
    await ask('POST /hosts/host-2', { tags: {} });
    await ask('POST /hosts/host-2', { tags: 'original' });
    for (const { tags } of [...account.state.hosts.values(), ...instances.state.instances.values()])
      expect(tags['fleet']).toBe('trading');
  });

  test('removes the tags of a host', async () => {
    const { ask, account } = await underVirtualTime();
    await ask('POST /hosts/host-2', { tags: {} });
    expect([...account.state.hosts.values()].map(({ tags }) => tags['fleet'])).toEqual([
      'trading',
      undefined,
      'trading',
    ]);
  });

  test('begins a host fault of the image', async () => {
    const { ask, hosts } = await underVirtualTime();
    const folder = hosts[1]?.folder ?? '';
    await writeFile(join(folder, 'bin/mishap'), 'import sys\nopen("happened", "w").write(sys.argv[1])\nprint("yes")\n');
    await ask('POST /hosts/host-2', { does: 'lose-power' });
    expect(await readFile(join(folder, 'happened'), 'utf8')).toBe('lose-power');
  });

  test('begins a host fault with a further word', async () => {
    const { ask, hosts } = await underVirtualTime();
    const folder = hosts[1]?.folder ?? '';
    await writeFile(join(folder, 'bin/mishap'), 'import sys\nopen("with", "w").write(sys.argv[2])\nprint("yes")\n');
    await ask('POST /hosts/host-2', { does: 'deploy', with: 'v2' });
    expect(await readFile(join(folder, 'with'), 'utf8')).toBe('v2');
  });

  test('reboots a host: its program ends and starts again, and Systems Manager reaches it again', async () => {
    const { ask, account, clock, processes } = await underVirtualTime();
    await ask('POST /hosts/host-2', { reboots: 60 });
    const command = await send(account, ['echo here'], { InstanceIds: [HOST_2] });
    await clock.run(START + 59_000);
    expect([(await invocation(account, command, HOST_2)).Status, processes]).toEqual([
      'Pending',
      ['host-2 terminated'],
    ]);
    await clock.run(START + 70_000);
    expect([(await invocation(account, command, HOST_2)).Status, processes]).toEqual([
      'Success',
      ['host-2 terminated', 'host-2 booted'],
    ]);
  });

  test('a host that is terminated while it reboots does not return', async () => {
    const { ask, clock, processes } = await underVirtualTime();
    await ask('POST /hosts/host-2', { reboots: 60 });
    await ask('POST /hosts/host-2', { becomes: 'terminated' });
    await clock.run(START + 70_000);
    expect(processes).toEqual(['host-2 terminated', 'host-2 terminated']);
  });

  test('sets the clock of a host', async () => {
    const { ask, processes } = await underVirtualTime();
    await ask('POST /hosts/host-2', { clock: -90 });
    expect(processes).toEqual(['host-2 -90 s ahead']);
  });

  test('lets a host keep stale flags, which is unmet if no flag changes', async () => {
    const { ask } = await underVirtualTime();
    await ask('POST /hosts/host-2', { flags: 'stale', for: 60 });
    expect(await ask('GET /faults')).toEqual({
      unmet: ['the agent of host-2 had stale flags, but no flag changed meanwhile'],
    });
  });

  test('of an unknown host names the known hosts', async () => {
    const { ask } = await underVirtualTime();
    await expect(ask('POST /hosts/host-9', { reachable: false })).rejects.toThrow(
      'There is no host host-9; there are host-1, host-2, host-3.',
    );
  });
});

describe('GET /_account/hosts/NAME/status', () => {
  test('returns the output of the host’s own program', async () => {
    const { ask, hosts } = await underVirtualTime();
    const program = 'import json, os; print(json.dumps({"version": "v1", "where": os.path.basename(os.getcwd())}))';
    await writeFile(join(hosts[1]?.folder ?? '', 'bin/trading-status'), program);
    expect(await ask('GET /hosts/host-2/status')).toEqual({ version: 'v1', where: 'host-2' });
  });
});

describe('POST /_account/faults', () => {
  test('makes an AWS action fail', async () => {
    const { ask, faults } = await underVirtualTime();
    await ask('POST /faults', { action: 'ssm:SendCommand', fails: 1, error: 'ThrottlingException' });
    expect(() => faults.strike('ssm:SendCommand')).toThrow('ThrottlingException');
  });

  test('throttles a function', async () => {
    const { ask, functionFaults } = await underVirtualTime();
    await ask('POST /faults', { function: 'reconcile', does: 'throttled', times: 1 });
    expect(functionFaults.throttles('app-reconcile')).toBe(true);
  });

  test('makes a script fail on one host', async () => {
    const { ask, account, clock } = await underVirtualTime();
    await ask('POST /faults', { document: 'step-1', host: 'host-2', fails: 1 });
    const command = await send(account, ['echo here'], { InstanceIds: [HOST_2] });
    await clock.run(START + 60_000);
    expect((await invocation(account, command, HOST_2)).Status).toBe('Failed');
  });

  test('makes a script hang on one host', async () => {
    const { ask, account, clock } = await underVirtualTime();
    await ask('POST /faults', { document: 'step-1', host: 'host-2', hangs: true });
    const command = await send(account, ['echo here'], { InstanceIds: [HOST_2] });
    await clock.run(START + 30_000);
    expect((await invocation(account, command, HOST_2)).Status).toBe('InProgress');
  });

  test('makes a script hang as often as is asked: a later run does its work', async () => {
    const { ask, account, clock } = await underVirtualTime();
    await ask('POST /faults', { document: 'step-1', host: 'host-2', hangs: true, times: 1 });
    const [first, second] = [
      await send(account, ['echo here'], { InstanceIds: [HOST_2] }),
      await send(account, ['echo here'], { InstanceIds: [HOST_2] }),
    ];
    await clock.run(START + 30_000);
    const statuses = [await invocation(account, first, HOST_2), await invocation(account, second, HOST_2)];
    expect(statuses.map(({ Status }) => Status)).toEqual(['InProgress', 'Success']);
  });

  test.each([
    ['an unknown kind', { network: 'down' }],
    ['a misspelt key', { action: 'ssm:SendCommand', fail: 1, error: 'ThrottlingException' }],
    ['an action without its service', { action: 'SendCommand', fails: 1, error: 'ThrottlingException' }],
    ['no number of times', { document: 'step-1', host: 'host-2' }],
    ['an unknown output fault', { document: 'step-1', host: 'host-2', says: 'thrice', times: 1 }],
    ['an unknown misbehaviour of a function', { function: 'reconcile', does: 'sleeps', times: 1 }],
    ['zero times', { document: 'step-1', host: 'host-2', fails: 0 }],
    ['what is not JSON', '{"document":'],
  ])('of %s is refused', async (_, body) => {
    const { ask } = await underVirtualTime();
    await expect(ask('POST /faults', body)).rejects.toThrow();
  });

  test('on an unknown host names the known hosts', async () => {
    const { ask } = await underVirtualTime();
    await expect(ask('POST /faults', { document: 'step-1', host: 'host-9', fails: 1 })).rejects.toThrow(
      'There is no host host-9',
    );
  });
});

describe('POST /_account/trading', () => {
  test('sends a fault to the hosts’ own program, and removes it', async () => {
    const { ask, processes } = await underVirtualTime();
    await ask('POST /trading', { fault: { phase: 1, trigger: 'performance_degradation', degradation: 20 } });
    await ask('POST /trading', { heal: { phase: 1 } });
    expect(processes).toEqual([{ phase: 1, trigger: 'performance_degradation', degradation: 20 }, 'phase 1 healed']);
  });

  test('begins an outage of a phase’s metrics', async () => {
    const { ask, processes } = await underVirtualTime();
    await ask('POST /trading', { silence: { phase: 2, metrics: ['LatencyMs'], for: 90 } });
    expect(processes).toEqual([{ phase: 2, metrics: ['LatencyMs'], for: 90 }]);
  });

  test.each([{}, { fault: { trigger: 'data_corruption' } }, { heal: 1 }, { silence: {} }])(
    'of %j is refused',
    async (body) => {
      const { ask } = await underVirtualTime();
      await expect(ask('POST /trading', body)).rejects.toThrow();
    },
  );
});

describe('POST /_account/events', () => {
  test.each([
    [{ source: 'aws.cloudwatch', lose: 'all' }, 'all events of aws.cloudwatch were to be lost'],
    [{ source: 'aws.cloudwatch', duplicate: 3 }, '1 more events of aws.cloudwatch were to be duplicated'],
    [{ source: 'aws.cloudwatch', delay: 90 }, 'all events of aws.cloudwatch were to be delayed'],
  ])('%j is unmet until an event comes', async (body, sentence) => {
    const { ask } = await underVirtualTime();
    await ask('POST /events', body);
    expect(await ask('GET /faults')).toEqual({ unmet: [expect.stringContaining(sentence)] });
  });

  test('without a kind of fault is refused', async () => {
    const { ask } = await underVirtualTime();
    await expect(ask('POST /events', { source: 'aws.cloudwatch' })).rejects.toThrow();
  });
});

describe('GET /_account/messages', () => {
  test('lists published messages with their attributes as plain text', async () => {
    const { ask, messages } = await underVirtualTime();
    const { arn } = messages.createTopic('operators');
    const attributes = { phase: { DataType: 'String', StringValue: '1' } };
    messages.publishFrom({ service: 'cloudwatch.amazonaws.com', arn }, arn, { subject: 'S', message: 'M', attributes });
    expect(await ask('GET /messages')).toEqual([
      { at: '2026-03-02T09:00:00.000Z', topic: arn, subject: 'S', message: 'M', attributes: { phase: '1' } },
    ]);
  });
});

describe('GET /_account/faults', () => {
  test('names the faults that have not occurred', async () => {
    const { ask, outages } = await underVirtualTime();
    await ask('POST /faults', { action: 'ssm:SendCommand', fails: 2, error: 'ThrottlingException' });
    await ask('POST /faults', { document: 'step-1', host: 'host-2', fails: 1 });
    outages.push('an outage');
    expect(await ask('GET /faults')).toEqual({
      unmet: [expect.stringContaining('ssm:SendCommand'), expect.stringContaining('step-1'), 'an outage'],
    });
  });
});

test.each(['GET /clock', 'DELETE /hosts/host-1', 'GET /hosts/host-1/secrets', 'GET /nothing', 'PUT '])(
  'an unknown request (%s) is an error that names it',
  async (request) => {
    const { ask } = await underVirtualTime();
    const [method, path] = request.split(' ');
    await expect(ask(request)).rejects.toThrow(`The account has no ${method} /_account${path}`);
  },
);
