import { expect, onTestFinished, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { ec2 } from '../../src/ec2/ec2.ts';
import { hostPower } from '../../src/hosts/power.ts';
import type { Ssm } from '../../src/ssm/ssm.ts';
import { HOST_2, invocation, person, START, send, smallFleet } from '../ssm/small-fleet.ts';

/** Makes three hosts with the power switch of the second. */
async function powered() {
  const { account, hosts, clock } = await smallFleet();
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  const instances = ec2({ clock, random: seeded(1), ...place, tell: () => {} }, hosts);
  const programs: string[] = [];
  const power = hostPower({
    clock,
    ec2: instances,
    systemsManager: account.faults,
    processes: {
      terminate: ({ name }) => void programs.push(`${name} ended`),
      boot: ({ name }) => void programs.push(`${name} began`),
    },
  });
  onTestFinished(power.close);
  const [, host] = hosts;
  if (!host) throw new Error('no host');
  return { account, clock, host, programs, power, state: () => instances.stateOf(host) };
}

const ping = async (account: Ssm) => {
  const Filters = [{ Key: 'InstanceIds', Values: [HOST_2] }];
  const { InstanceInformationList } = await account.actions.DescribeInstanceInformation.run(
    account.state,
    { Filters },
    person,
  );
  return InstanceInformationList?.[0]?.PingStatus;
};

test('a host that is stopped is stopping first, and Systems Manager has lost its connection', async () => {
  const { account, host, power, programs, state } = await powered();
  power.stop(host);
  expect([state(), await ping(account), programs]).toEqual(['stopping', 'ConnectionLost', ['host-2 ended']]);
});

test('Systems Manager does not list a stopped host, and refuses commands to it', async () => {
  const { account, clock, host, power, state } = await powered();
  power.stop(host);
  await clock.run(START + 60_000);
  expect([state(), await ping(account)]).toEqual(['stopped', undefined]);
  await expect(send(account, ['true'], { InstanceIds: [HOST_2] })).rejects.toMatchObject({ name: 'InvalidInstanceId' });
});

test('a host that is booted is pending first, then Systems Manager reaches it again', async () => {
  const { account, clock, host, power, programs, state } = await powered();
  power.stop(host);
  await clock.run(START + 60_000);
  power.boot(host);
  expect([state(), await ping(account)]).toEqual(['pending', undefined]);
  await clock.run(START + 120_000);
  expect([state(), await ping(account), programs]).toEqual(['running', 'Online', ['host-2 ended', 'host-2 began']]);
});

test('a script that runs while its host is stopped never reports, even after the host has booted', async () => {
  const { account, clock, host, power } = await powered();
  const command = await send(account, ['sleep 1'], { InstanceIds: [HOST_2], TimeoutSeconds: 300 });
  power.stop(host);
  await clock.run(START + 60_000);
  power.boot(host);
  await clock.run(START + 600_000);
  expect(await invocation(account, command, HOST_2)).toMatchObject({ StatusDetails: 'Delivery Timed Out' });
});

test('EC2 lists a terminated host for less than an hour, then no more', async () => {
  const { account, clock, host, power, state } = await powered();
  power.terminate(host);
  const states = [state()];
  await clock.run(START + 60_000);
  states.push(state());
  await clock.run(START + 3600_000);
  expect([...states, state(), await ping(account)]).toEqual(['shutting-down', 'terminated', undefined, undefined]);
});

test.each([
  ['boot', 'host-2 is running; only an instance that is stopped can be booted.'],
  ['deregister', 'host-2 is an instance of EC2; only a hybrid node can be deregistered.'],
] as const)('%s of a running instance is refused', async (action, message) => {
  const { host, power } = await powered();
  expect(() => power[action](host)).toThrow(message);
});
