import type { Alarm, Instant } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';
import type { Surroundings } from '../wire/service.ts';
import type { HostProgram, TickResponse } from './computers.ts';
import type { Image } from './image.ts';
import { type MetricOutage, metricOutages } from './metric-outages.ts';

/** A fault that the hosts' programs receive with each tick. The image defines its meaning. */
export type ProcessFault = {
  readonly phase: number;
  readonly trigger: string;
  readonly degradation?: number | undefined;
  /** The name of the only host whose program receives the fault. Absent: every host's. */
  readonly host?: string | undefined;
};

/** The metrics that a host's program reported, under one set of dimensions. */
export type Reported = {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly at: Instant;
  /** The metrics are one host's, which no alarm watches. */
  readonly ofHost?: true;
};

export type HostProcesses = {
  /** Sends the ticks from an instant until now, so that the programs have run for a while when the account opens. */
  catchUp(from: Instant): Promise<void>;
  /** Sends ticks from now on, by the account's clock. */
  start(): void;
  addFault(fault: ProcessFault): void;
  /** Removes the faults of a phase. */
  heal(phase: number): void;
  silence(silence: MetricOutage): void;
  /** Makes a host's clock go so many seconds ahead; behind if negative. Its program and its metrics have that time. */
  setClock(host: Host, seconds: number): void;
  /** Ends the program of a host. */
  terminate(host: Host): void;
  /** Starts the program of a host whose program was ended. */
  boot(host: Host): void;
  /** Returns the metric outages that have withheld nothing, one sentence each. */
  unmet(): string[];
  close(): void;
};

type Options = {
  readonly hosts: readonly Host[];
  readonly start: (host: Host, command: string) => HostProgram;
  readonly process: NonNullable<Image['process']>;
  /** Brings the files of a host's agents up to date before its tick. */
  readonly prepare: (host: Host) => void;
  readonly publish: (reported: Reported) => void;
};

/** Runs the program of every host. All programs receive a tick together, and the clock stops until each has responded. */
export function hostProcesses({ clock, tell }: Surroundings, options: Options): HostProcesses {
  const { process, prepare } = options;
  const every = process.every_seconds * 1000;
  const running = options.hosts.map((host) => options.start(host, process.command));
  const outages = metricOutages(clock);
  const ahead = new Map<string, number>();
  const onClockOf = ({ host }: HostProgram, at: Instant) => at + 1000 * (ahead.get(host.instanceId) ?? 0);
  let faults: ProcessFault[] = [];
  let next: Alarm | undefined;
  let closed = false;

  const report = (host: Host, response: TickResponse, at: Instant) => {
    if (closed) return;
    if ('error' in response) tell({ service: 'hosts', event: 'TickFailed', name: host.name, error: response.error });
    else
      for (const [value, measured] of Object.entries(response.metrics)) {
        const metrics = outages.withhold(value, measured);
        if (Object.keys(metrics).length > 0) publishOf(options, host, { value, metrics, at });
      }
  };
  const tick = async (at: Instant) => {
    const release = clock.hold();
    const asked = running.map((one) => ({ one, at: onClockOf(one, at) }));
    for (const { one } of asked) prepare(one.host);
    const responses = await Promise.all(
      asked.map(({ one, at: now }) => one.send(lineAt(now, faultsOn(one.host, faults)))),
    );
    for (const [i, { one, at: now }] of asked.entries()) report(one.host, responses[i] as TickResponse, now);
    release();
  };
  const schedule = () => {
    const at = (Math.floor(clock.now() / every) + 1) * every;
    next = clock.at(at, () => {
      schedule();
      void tick(at);
    });
  };
  return {
    catchUp: async (from) => {
      for (let at = Math.ceil(from / every) * every; at <= clock.now(); at += every) await tick(at);
    },
    start: schedule,
    addFault: (fault) => {
      faults.push(fault);
    },
    heal: (phase) => {
      faults = faults.filter((fault) => fault.phase !== phase);
    },
    silence: outages.add,
    setClock: ({ instanceId }, seconds) => void ahead.set(instanceId, seconds),
    terminate: (host) => endProgramOf(host, running),
    boot: (host) => startProgramOf(host, options, running),
    unmet: outages.unmet,
    close: () => {
      closed = true;
      next?.cancel();
      for (const one of running) one.close();
    },
  };
}

/** Publishes the metrics of one value of the image's dimension, and once more for the host alone if the image has a dimension for it. */
function publishOf(
  { publish, process: { namespace, dimension, host_dimension } }: Options,
  { instanceId }: Host,
  { value, ...measured }: Pick<Reported, 'metrics' | 'at'> & { readonly value: string },
): void {
  const dimensions = { [dimension]: value };
  publish({ namespace, dimensions, ...measured });
  if (host_dimension === undefined) return;
  publish({ namespace, dimensions: { ...dimensions, [host_dimension]: instanceId }, ...measured, ofHost: true });
}

/** Returns the faults that a host's program receives, without the name of the host. */
const faultsOn = ({ name }: Host, faults: readonly ProcessFault[]) =>
  faults.flatMap(({ host, ...fault }) => (host === undefined || host === name ? [fault] : []));

/** Returns the line that a program is sent for a tick. */
const lineAt = (at: Instant, faults: readonly Omit<ProcessFault, 'host'>[]) => ({
  now: new Date(at).toISOString().replace('.000Z', 'Z'),
  fault: faults.length > 0 ? faults : null,
});

/** Starts the program of a host, at its place in the list: reports come in the order of the hosts, whenever they booted. */
function startProgramOf(host: Host, { hosts, start, process }: Options, running: HostProgram[]): void {
  running.push(start(host, process.command));
  const place = ({ host: { instanceId } }: HostProgram) => hosts.findIndex((one) => one.instanceId === instanceId);
  running.sort((a, b) => place(a) - place(b));
}

/** Ends the program of a host, and takes it out of the list. */
function endProgramOf({ instanceId }: Host, running: HostProgram[]): void {
  const place = running.findIndex(({ host }) => host.instanceId === instanceId);
  if (place !== -1) for (const ended of running.splice(place, 1)) ended.close();
}
