import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from './clock/clock.ts';
import { seeded, uuid } from './clock/random.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { PutMetricData } from './cloudwatch/actions/PutMetricData.ts';
import { control } from './control/control.ts';
import { watchers } from './control/watch.ts';
import { hostFaults } from './hosts/host-faults.ts';
import { type HostProcesses, hostProcesses, type Reported } from './hosts/host-processes.ts';
import { makeHosts, readImage } from './hosts/hosts.ts';
import { callers } from './identity/callers.ts';
import { openServices, type Services } from './services.ts';
import type { Host } from './ssm/host.ts';
import { makeToolbox } from './ssm/toolbox.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { createStacks } from './template/create-stacks.ts';
import { openEndpoint } from './wire/endpoint.ts';
import type { Surroundings } from './wire/service.ts';

export type AccountOptions = {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The host image's folder. */
  readonly image: string;
  /** A folder of the account's own: hosts, scripts, links to tools. */
  readonly folder: string;
  readonly hosts: number;
  /** 0: any free one. */
  readonly port: number;
  readonly seed: number;
  /** Virtual time starts at this instant; absent: the real clock. */
  readonly virtualFrom?: number;
};

export type Account = { readonly endpoint: string; close(): Promise<void> };

/** How long the hosts' programs have run when the stacks are made, and how old the hosts are before that. */
const RUNNING_BEFORE = 60_000;
const BUILT_BEFORE = 90_000;

/** Opens an embedded AWS account that holds what the cloud assembly says, with hosts made of the image. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { folder, seed, virtualFrom } = options;
  const assembly = readAssembly(options.assembly);
  const place = placeOf(assembly);
  const clock = virtualFrom === undefined ? realClock() : new VirtualClock(virtualFrom);
  const watch = watchers(() => clock);
  const surroundings: Surroundings = { clock, random: seeded(seed), ...place, tell: watch.tell };
  const toolbox = join(folder, 'toolbox');
  mkdirSync(folder, { recursive: true });
  await makeToolbox(toolbox);
  const hosts = await makeHosts({
    image: options.image,
    folder: join(folder, 'hosts'),
    count: options.hosts,
    toolbox,
    now: clock.now() - BUILT_BEFORE,
  });

  let url = '';
  const known = callers(place.accountId, (name) => services.policyNamed(name));
  const services: Services = openServices(surroundings, {
    assembly,
    hosts,
    toolbox,
    scripts: join(folder, 'scripts'),
    endpoint: () => url,
    credentialsFor: known.credentialsFor,
  });
  const opened: (() => unknown)[] = [services.close];
  const close = async () => {
    watch.close();
    for (const one of opened.toReversed()) await one();
  };
  try {
    // Alarms are judged from the first minute on: the hosts must have reported before there are any.
    const processes = await runningProcesses(surroundings, services, { hosts, toolbox, image: options.image });
    if (processes) opened.push(processes.close);
    const { resources } = await createStacks(assembly, services.makers, place);
    // In the template's order, whichever function is called first.
    for (const { roleArn, name } of services.functions.list()) known.credentialsFor(roleArn, name);
    const hostFault = hostFaults(clock, toolbox);
    opened.push(hostFault.close);
    let requests = 0;
    const endpoint = await openEndpoint({
      port: options.port,
      clock,
      services: services.services,
      httpServices: services.httpServices,
      control: control({
        clock,
        hosts,
        toolbox,
        services,
        processes,
        hostFaults: hostFault,
        watch,
        about: () => ({
          ...place,
          clock: clock instanceof VirtualClock ? 'virtual' : 'real',
          hosts: hosts.map(({ name, instanceId, folder: at }) => ({ name, instanceId, folder: at })),
          resources: resources.map(({ type, ref }) => ({ type, ref })),
          functions: services.functions.initMilliseconds(),
        }),
      }),
      callerOf: known.of,
      requested: (action, { arn }) => watch.tell({ service: 'endpoint', event: 'Requested', action, caller: arn }),
      requestId: () => uuid(surroundings.random, `request/${requests++}`),
    });
    opened.unshift(endpoint.close); // last: functions still answer while they are ended
    url = endpoint.url;
    return { endpoint: endpoint.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function runningProcesses(
  surroundings: Surroundings,
  { alarms, prepare }: Services,
  { hosts, toolbox, image }: { hosts: readonly Host[]; toolbox: string; image: string },
): Promise<HostProcesses | undefined> {
  const { process } = await readImage(image);
  if (!process) return undefined;
  const publish = ({ namespace, dimension, metrics, at }: Reported) =>
    PutMetricData.run(
      alarms.state,
      {
        Namespace: namespace,
        MetricData: Object.entries(metrics).map(([MetricName, Value]) => ({
          MetricName,
          Value,
          Timestamp: at / 1000,
          StorageResolution: 1,
          Dimensions: [{ Name: dimension.name, Value: dimension.value }],
        })),
      },
      { arn: 'the hosts' },
    );
  const processes = hostProcesses(surroundings, { hosts, toolbox, process, prepare, publish });
  await processes.catchUp(surroundings.clock.now() - RUNNING_BEFORE);
  processes.start();
  return processes;
}

/** The one account and region that the stacks were synthesized for. */
function placeOf({ stacks }: Assembly): { accountId: string; region: string } {
  const [, accountId, region] = stacks[0]?.environment.match(/^aws:\/\/(\d{12})\/([a-z0-9-]+)$/) ?? [];
  if (!accountId || !region)
    throw new Error(
      `Stack ${stacks[0]?.name ?? '(none)'} names no account and region; synthesize it for an environment that does.`,
    );
  return { accountId, region };
}
