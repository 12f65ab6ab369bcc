import type { Alarm, Instant } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';
import type { Surroundings } from '../wire/service.ts';
import { HostProcess, type TickAnswer } from './host-process.ts';
import type { Image } from './hosts.ts';
import { type MetricOutage, metricOutages } from './metric-outages.ts';

/** A fault that every host's program is told of with each tick, as the image understands it. */
export type ProcessFault = {
  readonly phase: number;
  readonly trigger: string;
  readonly degradation?: number | undefined;
};

/** One value of one metric, as a host's program reported it. */
export type Reported = {
  readonly namespace: string;
  readonly dimension: { readonly name: string; readonly value: string };
  readonly metrics: Readonly<Record<string, number>>;
  readonly at: Instant;
};

export type HostProcesses = {
  /** The ticks of the time just past, so that the hosts have been running when the account opens. */
  catchUp(from: Instant): Promise<void>;
  /** Ticks from now on, as the clock goes. */
  start(): void;
  addFault(fault: ProcessFault): void;
  /** Takes a phase's faults away: they heal by themselves. */
  heal(phase: number): void;
  silence(silence: MetricOutage): void;
  /** Silences that have kept nothing back, one sentence each. */
  unmet(): string[];
  close(): void;
};

type Options = {
  readonly hosts: readonly Host[];
  readonly toolbox: string;
  readonly process: NonNullable<Image['process']>;
  /** Brings a host up to date before its tick. */
  readonly prepare: (host: Host) => void;
  readonly publish: (reported: Reported) => void;
};

/** The programs of all hosts, told the time together. The clock stands still until each has answered. */
export function hostProcesses({ clock, tell }: Surroundings, options: Options): HostProcesses {
  const { process, publish, prepare } = options;
  const { namespace, dimension } = process;
  const every = process.every_seconds * 1000;
  const running = options.hosts.map((host) => new HostProcess(host, process.command, options.toolbox));
  const silent = metricOutages(clock);
  let faults: ProcessFault[] = [];
  let next: Alarm | undefined;
  let closed = false;

  const report = (host: Host, answer: TickAnswer, at: Instant) => {
    if ('error' in answer) tell({ service: 'hosts', event: 'TickFailed', name: host.name, error: answer.error });
    else
      for (const [value, measured] of Object.entries(answer.metrics)) {
        const metrics = silent.heard(value, measured);
        if (Object.keys(metrics).length > 0) publish({ namespace, dimension: { name: dimension, value }, metrics, at });
      }
  };
  const tick = async (at: Instant) => {
    const release = clock.hold();
    const line = { now: new Date(at).toISOString().replace('.000Z', 'Z'), fault: faults.length > 0 ? faults : null };
    const answers = await Promise.all(
      running.map((one) => {
        prepare(one.host);
        return one.tell(line);
      }),
    );
    if (!closed) for (const [i, answer] of answers.entries()) report((running[i] as HostProcess).host, answer, at);
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
    silence: silent.add,
    unmet: silent.unmet,
    close: () => {
      closed = true;
      next?.cancel();
      for (const one of running) one.close();
    },
  };
}
