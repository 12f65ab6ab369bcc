import { join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { pathInside } from '../wire/path-inside.ts';
import type { Invocation } from './command.ts';
import type { Misbehaviour } from './faults.ts';
import type { Host } from './host.ts';
import { HOST_TIME } from './host-time.ts';
import { outputUnder } from './output-faults.ts';
import type { RunScript, ScriptEnd } from './run-script.ts';

/** The options for running scripts on hosts. */
export type HostRunOptions = {
  readonly toolbox: string;
  readonly run: RunScript;
  /** Waits for one of the limited places for children. The returned function releases the place. */
  readonly acquirePlace: () => Promise<() => void>;
  /** Whether results are reported after a modelled delivery and run time instead of the child's real time. */
  readonly modelledDurations: boolean;
  /** With modelled durations: a child that still runs after this many real milliseconds counts as hung. */
  readonly patience: number;
  /** Called before a script runs on a host: does the work that other agents on it would have done by now. */
  readonly prepare?: ((host: Host) => void) | undefined;
  /** Returns the milliseconds by which a host's clock is ahead of the account's. */
  readonly ahead: (host: Host) => number;
};

/** The end of a script that an injected failure replaces. */
const INJECTED_FAILURE: ScriptEnd = {
  reason: 'exited',
  exitCode: 1,
  stdout: '',
  stderr: 'Injected fault: a failure replaced this script, which did not run.\n',
};

/** Runs an invocation's script in its host's folder when a place for a child is free. The clock waits for the script. `started`: its process runs. */
export async function runOnHost(
  options: HostRunOptions,
  clock: Clock,
  { command, host, stop }: Invocation,
  { fault, started }: { readonly fault: Misbehaviour | undefined; readonly started: () => void },
): Promise<ScriptEnd> {
  const release = clock.hold();
  const releasePlace = await options.acquirePlace();
  try {
    if (stop.signal.aborted) return { reason: 'stopped', exitCode: -1, stdout: '', stderr: '' };
    if (fault === 'fail') return INJECTED_FAILURE;
    options.prepare?.(host);
    const limit = command.executionSeconds * 1000;
    const now = clock.now() + options.ahead(host);
    const script = {
      file: command.scriptFile,
      host,
      document: command.document.name,
      parameters: command.environment,
      folder: pathInside(host.folder, command.workingDirectory ?? ''),
      now,
      environment: environmentOf(host, options.toolbox, { ...command.environment, [HOST_TIME]: String(now / 1000) }),
      toolbox: options.toolbox,
      milliseconds: options.modelledDurations ? Math.min(limit, options.patience) : limit,
    };
    const end = await options.run(script, stop.signal, started);
    return { ...end, stdout: outputUnder(fault, end.stdout) };
  } catch (error) {
    return { reason: 'exited', exitCode: 1, stdout: '', stderr: `failed to run commands: ${(error as Error).message}` };
  } finally {
    releasePlace();
    release();
  }
}

/** Returns a script's environment. It contains nothing of the account's own: no credentials, settings or PATH. */
const environmentOf = (host: Host, toolbox: string, parameters: Readonly<Record<string, string>>) => ({
  PATH: `${join(host.folder, 'bin')}:${toolbox}:/usr/bin:/bin`,
  HOME: host.folder,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  ...parameters,
});

/** Returns the modelled milliseconds until a healthy agent starts a script (0.8 to 2.2 s) and of the run itself. */
export function modelledTimes(random: Random, { command, host }: Invocation): { delivery: number; run: number } {
  const key = `ssm/${command.number}/${host.instanceId}`;
  const run = Math.round(300 + 1_200 * random(`${key}/run`));
  return {
    delivery: Math.round(800 + 1_400 * random(`${key}/delivery`)),
    run: Math.min(run, command.executionSeconds * 1000),
  };
}
