import { realClock } from './clock/clock.ts';
import { seeded } from './clock/random.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { control } from './control/control.ts';
import { watchers } from './control/watch.ts';
import type { Computers } from './hosts/computers.ts';
import { type HostProcesses, hostProcesses, type Reported } from './hosts/host-processes.ts';
import { readImage } from './hosts/image.ts';
import { hostPower } from './hosts/power.ts';
import { callers } from './identity/callers.ts';
import type { Parts } from './parts.ts';
import { openServices, type Services } from './services.ts';
import type { Host } from './ssm/host.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { type CreatedStacks, createStacks } from './template/create-stacks.ts';
import type { Reachable } from './wire/route.ts';
import type { Surroundings } from './wire/service.ts';

export type AccountOptions = {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The folder of the host image. */
  readonly image: string;
  /** A folder that only this account uses: for hosts, scripts, links to tools. */
  readonly folder: string;
  readonly hosts: number;
  /** The number of hosts, the last ones, that are hybrid nodes and no instances; by default none. */
  readonly hybrid?: number | undefined;
  /** The port on 127.0.0.1; 0: any free port. */
  readonly port: number;
  /** The seed of everything random. */
  readonly seed: number;
  /** The instant at which virtual time starts; absent: the real clock. */
  readonly virtualFrom?: number;
};

export type Account = { readonly endpoint: string; close(): Promise<void> };

/** Milliseconds that the hosts' programs have run, and that the hosts have existed, when the stacks are created. */
const RUNNING_BEFORE = 60_000;
const BUILT_BEFORE = 90_000;

/** Opens an embedded AWS account on these parts. */
export async function openWith(options: AccountOptions, parts: Parts): Promise<Account> {
  const { folder, image, seed, virtualFrom } = options;
  const assembly = readAssembly(options.assembly);
  const place = placeOf(assembly);
  const clock = virtualFrom === undefined ? realClock() : new VirtualClock(virtualFrom);
  const watch = watchers(() => clock);
  const surroundings: Surroundings = { clock, random: seeded(seed), ...place, tell: watch.tell };
  const builtAt = clock.now() - BUILT_BEFORE;
  const count = { count: options.hosts, hybrid: options.hybrid };
  const computers = await parts.openComputers({ image, folder, ...count, clock, builtAt });
  const { hosts } = computers;

  let url = '';
  const known = callers(place.accountId, (name) => services.policyNamed(name));
  const services: Services = openServices(surroundings, {
    assembly,
    computers,
    startRuntime: parts.startRuntime,
    makeEngine: parts.makeEngine,
    endpoint: () => url,
    credentialsFor: known.credentialsFor,
  });
  const opened: (() => unknown)[] = [services.close];
  const close = async () => {
    watch.close();
    for (const one of opened.toReversed()) await one();
  };
  try {
    // Alarms are evaluated from the first minute, so the hosts must report metrics before any alarm is created.
    const processes = await runningProcesses(surroundings, services, { computers, image });
    if (processes) opened.push(processes.close);
    const systemsManager = services.systemsManager.faults;
    const power = hostPower({ clock, ec2: services.instances, systemsManager, processes });
    opened.push(power.close);
    const { resources, stacks } = await createStacks(assembly, services.makers, place);
    services.created(stacks);
    // Access keys are numbered in the template's order, whichever function is called first.
    for (const { roleArn, name } of services.functions.list()) known.credentialsFor(roleArn, name);
    const about = () => description({ surroundings, hosts, resources, services });
    const controlled = { clock, hosts, computers, services, processes, power, watch, about };
    const reachable: Reachable = {
      clock,
      services: services.services,
      httpServices: services.httpServices,
      control: control(controlled),
      receive: services.receivers.handle,
      callerOf: known.of,
      requested: (action, { arn }) => watch.tell({ service: 'endpoint', event: 'Requested', action, caller: arn }),
      answered: ({ arn }) => services.functionFaults.answered(arn.split('/').at(-1) ?? ''),
      requestId: requestIds(),
    };
    const way = await parts.openWay(reachable, options.port);
    opened.unshift(way.close); // closed last: functions send requests until they have ended
    url = way.url;
    return { endpoint: way.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Returns the account's description for `GET /_account`. */
const description = (account: {
  readonly surroundings: Surroundings;
  readonly hosts: readonly Host[];
  readonly resources: CreatedStacks['resources'];
  readonly services: Services;
}) => ({
  accountId: account.surroundings.accountId,
  region: account.surroundings.region,
  clock: account.surroundings.clock instanceof VirtualClock ? 'virtual' : 'real',
  hosts: account.hosts.map(({ name, instanceId, folder }) => ({ name, instanceId, folder })),
  resources: account.resources.map(({ type, ref }) => ({ type, ref })),
  functions: account.services.functions.initMilliseconds(),
});

/** Returns ids in the form of AWS's. They are counted, because nothing depends on them and a random one takes seven hashes. */
function requestIds(): () => string {
  let requests = 0;
  return () => `00000000-0000-4000-8000-${String(requests++).padStart(12, '0')}`;
}

/** Starts the image's program on every host, if it has one, and publishes the metrics that the programs report. */
async function runningProcesses(
  surroundings: Surroundings,
  { alarms, prepare }: Services,
  { computers, image }: { computers: Computers; image: string },
): Promise<HostProcesses | undefined> {
  const { process } = await readImage(image);
  if (!process) return undefined;
  const publish = ({ namespace, dimensions, metrics, at, ofHost }: Reported) =>
    (ofHost ? alarms.putUnwatched : alarms.putMeasured)(namespace, dimensions, metrics, at);
  const processes = hostProcesses(surroundings, {
    hosts: computers.hosts,
    start: computers.startProgram,
    process,
    prepare,
    publish,
  });
  await processes.catchUp(surroundings.clock.now() - RUNNING_BEFORE);
  processes.start();
  return processes;
}

/** Returns the account and region that the stacks were synthesized for. */
function placeOf({ stacks }: Assembly): { accountId: string; region: string } {
  const [, accountId, region] = stacks[0]?.environment.match(/^aws:\/\/(\d{12})\/([a-z0-9-]+)$/) ?? [];
  if (!accountId || !region)
    throw new Error(
      `Stack ${stacks[0]?.name ?? '(none)'} names no account and region; synthesize it for an environment that does.`,
    );
  return { accountId, region };
}
