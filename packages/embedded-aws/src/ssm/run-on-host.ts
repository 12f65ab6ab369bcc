import { join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { ChildPlaces } from './child-places.ts';
import type { Invocation } from './command.ts';
import type { Misbehaviour } from './faults.ts';
import type { Host } from './host.ts';
import { said } from './output-faults.ts';
import type { RunScript, ScriptEnd } from './run-script.ts';

/** How scripts are run on hosts. */
export type HostRunOptions = {
  readonly toolbox: string;
  readonly run: RunScript;
  readonly places: ChildPlaces;
  /** The script that runs in place of one that is to fail. */
  readonly failingScript: string;
  /** Results are told after a modelled delivery and run time, whatever the child took. */
  readonly modelledDurations: boolean;
  /** With modelled durations: a child still running after this many real milliseconds counts as one that hangs. */
  readonly patience: number;
  /** Brings the host up to date before a script runs on it: what other agents on it would have done by now. */
  readonly prepare?: ((host: Host) => void) | undefined;
};

/** Runs an invocation's script in its host's folder, as soon as there is a place for a child; the clock waits for it. */
export async function runOnHost(
  options: HostRunOptions,
  clock: Clock,
  { command, host, stop }: Invocation,
  fault: Misbehaviour | undefined,
): Promise<ScriptEnd> {
  const release = clock.hold();
  const leave = await options.places.enter();
  try {
    if (stop.signal.aborted) return { reason: 'stopped', exitCode: -1, stdout: '', stderr: '' };
    options.prepare?.(host);
    const limit = command.executionSeconds * 1000;
    const script = {
      file: fault === 'fails' ? options.failingScript : command.scriptFile,
      folder: join(host.folder, command.workingDirectory ?? ''),
      environment: environmentOf(host, options.toolbox, command.environment),
      toolbox: options.toolbox,
      milliseconds: options.modelledDurations ? Math.min(limit, options.patience) : limit,
    };
    const end = await options.run(script, stop.signal);
    return { ...end, stdout: said(end.stdout, fault) };
  } catch (error) {
    return { reason: 'exited', exitCode: 1, stdout: '', stderr: `failed to run commands: ${(error as Error).message}` };
  } finally {
    leave();
    release();
  }
}

/** Nothing of the account's own environment reaches a script: no credentials, no settings, no other PATH. */
const environmentOf = (host: Host, toolbox: string, parameters: Readonly<Record<string, string>>) => ({
  PATH: `${join(host.folder, 'bin')}:${toolbox}:/usr/bin:/bin`,
  HOME: host.folder,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  ...parameters,
});

/** Milliseconds until a healthy, connected agent starts a script (0.8 to 2.2 s), and what the script takes then. */
export function modelledTimes(random: Random, { command, host }: Invocation): { delivery: number; run: number } {
  const key = `ssm/${command.number}/${host.instanceId}`;
  const run = Math.round(300 + 1_200 * random(`${key}/run`));
  return {
    delivery: Math.round(800 + 1_400 * random(`${key}/delivery`)),
    run: Math.min(run, command.executionSeconds * 1000),
  };
}
