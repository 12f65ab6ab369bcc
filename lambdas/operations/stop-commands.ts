import { failedOnStep } from '../../domain/host/failed-hosts.ts';
import { type Host, type HostVerdict, verdictOfCancelled } from '../../domain/host/host-verdict.ts';
import { reportsOf } from '../stores/history.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import { type HostStepDeps, invocationsOf } from './host-attempt.ts';
import { mostNamed } from './most-named.ts';

/**
 * An agent that receives the cancellation ends its script within seconds. A host that is silent for this long is
 * unknown.
 */
const waitMilliseconds = 10_000;
const pollMilliseconds = 2000;

export type StopCommandsDeps = Pick<HostStepDeps, 'attempts' | 'scopes' | 'history' | 'runCommand' | 'now' | 'sleep'>;

/** Cancels the commands that an ended execution left running, and records each host's state. */
export type StopCommands = (rollback: string, status: string) => Promise<void>;

/**
 * Cancels the commands that a rollback left running when its execution ended. Records per host whether it had done the
 * step, had not started, or is unknown. Calling it again finds nothing left to stop.
 *
 * `status`: the ended execution's status in Step Functions.
 */
export async function stopCommands(deps: StopCommandsDeps, rollback: string, status: string): Promise<void> {
  const { attempts, scopes, history, now } = deps;
  for (const { step, attempt } of await attempts.running(rollback)) {
    const hosts = (await scopes.read(rollback))?.hosts ?? [];
    const stopped = await stopAttempt(deps, hosts, { rollback, step }, attempt);
    const verdicts = [...stopped, ...neverSent(hosts, [...stopped, ...(await earlierReports(deps, rollback, step))])];
    await history.putHosts(rollback, step, verdicts);
    const hosts_done = (await history.hosts(rollback, step)).filter(({ verdict }) => verdict === 'done').length;
    await history.append(rollback, {
      id: `execution-stopped/${step}/${attempt.number}`,
      type: 'Execution stopped',
      at: new Date(now()).toISOString(),
      detail: {
        step,
        execution_status: status,
        hosts: hosts.length,
        hosts_done,
        ...counts(verdicts),
        reports: await reportsOf(history, rollback, step),
      },
    });
    await attempts.write(rollback, step, { ...attempt, verdict: 'stopped' });
  }
}

async function stopAttempt(
  { runCommand, now, sleep }: StopCommandsDeps,
  hosts: readonly Host[],
  step: { readonly rollback: string; readonly step: string },
  attempt: Attempt,
): Promise<HostVerdict[]> {
  const ids = new Set(attempt.commands.flatMap(({ instance_ids }) => instance_ids));
  const asked = hosts.filter(({ instance_id }) => ids.has(instance_id));
  const before = await invocationsOf(runCommand, attempt);
  for (const { command_id } of attempt.commands) await runCommand.cancel(command_id);
  const until = now() + waitMilliseconds;
  for (;;) {
    const after = await invocationsOf(runCommand, attempt);
    const verdicts = asked.map((host) =>
      verdictOfCancelled(host, step, before.get(host.instance_id), after.get(host.instance_id)),
    );
    if (now() >= until || [...after.values()].every(({ status }) => !['InProgress', 'Cancelling'].includes(status)))
      return verdicts;
    await sleep(pollMilliseconds);
  }
}

/** Returns the hosts that reported in earlier attempts: those reports still count. */
const earlierReports = async ({ history }: StopCommandsDeps, rollback: string, step: string) =>
  (await history.hosts(rollback, step)).map(({ instance_id }) => ({ host: { instance_id } }));

/** Returns a verdict per host of a later wave: no command went to these hosts. */
const neverSent = (
  hosts: readonly Host[],
  reported: readonly { readonly host: Pick<Host, 'instance_id'> }[],
): HostVerdict[] => {
  const known = new Set(reported.map(({ host }) => host.instance_id));
  const unsent = hosts.filter(({ instance_id }) => !known.has(instance_id));
  const reason = 'not sent: the execution had ended before its wave';
  return unsent.map((host) => ({ host, verdict: 'not started', reason, report: null, command_id: null }));
};

const counts = (verdicts: readonly HostVerdict[]) => {
  const named = (wanted: HostVerdict['verdict']) =>
    verdicts
      .filter(({ verdict }) => verdict === wanted)
      .map(({ host }) => host.name)
      .slice(0, mostNamed);
  const failed = verdicts.filter(({ verdict }) => verdict === 'failed').slice(0, mostNamed);
  return {
    not_started: named('not started'),
    failed: failedOnStep(failed.map(({ host, ...verdict }) => ({ ...verdict, name: host.name }))),
    unknown: named('unknown'),
  };
};
