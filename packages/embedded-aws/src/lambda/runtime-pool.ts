import { uuid } from '../clock/random.ts';
import { semaphore } from '../clock/semaphore.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import type { Surroundings } from '../wire/service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Runtime, StartRuntime } from './runtime.ts';

/** Returns the variables that Lambda adds to a function's own: credentials of its role, region, endpoint. */
export type EnvironmentOf = (configuration: FunctionConfiguration) => Readonly<Record<string, string>>;

/** Stores a line that a function logged in one of its environments, whose log stream has this name. */
export type KeepLine = (configuration: FunctionConfiguration, stream: string, line: string) => void;

/** The making of functions' environments. */
export type Environments = {
  readonly variables: EnvironmentOf;
  readonly start: StartRuntime;
};

/** The execution environments of all functions. One is used again while it lives, as on Lambda. */
export function runtimePool(
  { clock, random, tell }: Pick<Surroundings, 'clock' | 'random' | 'tell'>,
  environments: Environments,
  keepLine: KeepLine,
) {
  const idle = new Map<string, Runtime[]>();
  const all = new Set<Runtime>();
  const initMilliseconds = new Map<string, number[]>();
  let started = 0;
  // Under the virtual clock one function computes at a time, so that the same seed gives the same sequence of events.
  const acquire = clock instanceof VirtualClock ? semaphore(1) : semaphore(Number.POSITIVE_INFINITY);

  const start = (configuration: FunctionConfiguration): Runtime => {
    const { name } = configuration;
    const stream = streamOf(clock.now(), uuid(random, `lambda/stream/${name}/${started++}`));
    const runtime = environments.start({
      configuration,
      environment: { ...environments.variables(configuration), ...configuration.environment },
      clock,
      acquire,
      ready: (milliseconds) => initMilliseconds.set(name, [...(initMilliseconds.get(name) ?? []), milliseconds]),
      log: (line) => {
        keepLine(configuration, stream, line);
        tell({ service: 'lambda', event: 'Logged', function: name, line });
      },
    });
    all.add(runtime);
    return runtime;
  };

  /** Returns an idle runtime, if there is one. Runtimes that broke while they were idle are dropped. */
  const takeIdle = (name: string): Runtime | undefined => {
    const alive = (idle.get(name) ?? []).filter((runtime) => runtime.alive());
    const found = alive.pop();
    idle.set(name, alive);
    return found;
  };

  return {
    /** Returns a runtime that no other invocation uses: an idle one, or else a new one. */
    take: (configuration: FunctionConfiguration): Runtime => takeIdle(configuration.name) ?? start(configuration),

    /** Takes a runtime back after its invocation. */
    giveBack: (name: string, runtime: Runtime): void => {
      if (runtime.alive()) idle.set(name, [...(idle.get(name) ?? []), runtime]);
      else all.delete(runtime);
    },

    /** Ends the idle runtimes of a function. */
    drop: (name: string): void => void Promise.all((idle.get(name) ?? []).map((runtime) => runtime.close())),

    /** Returns how long each runtime took to load its bundle, by function name. */
    initMilliseconds: () => Object.fromEntries(initMilliseconds),

    close: async () => {
      await Promise.all([...all].map((runtime) => runtime.close()));
    },
  };
}

/** Returns a stream's name as Lambda gives it: `2026/01/05/[$LATEST]<32 hexadecimal digits>`. */
const streamOf = (now: number, id: string): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id.replaceAll('-', '')}`;
