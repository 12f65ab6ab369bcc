import { type Host, type HostVerdict, verdictOfCancelled } from '../../domain/host/host-verdict.ts';
import { reportsOf } from '../stores/history.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import { type HostStepDeps, seenOf } from './host-attempt.ts';

/** An agent that hears of a cancelling ends its script within seconds; whoever says nothing for so long stays unknown. */
const waitMilliseconds = 10_000;
const pollMilliseconds = 2000;

/** Hosts named in an event; the HOST items have them all. */
const mostNamed = 20;

export type StoppingDeps = Pick<HostStepDeps, 'attempts' | 'frozen' | 'history' | 'runCommand' | 'now' | 'sleep'>;

/**
 * Cancels the commands that a rollback left running when its execution ended, and records of each host whether it had done
 * the step, had not started, or is unknown. Called again it finds nothing left to stop.
 */
export async function stopCommands(deps: StoppingDeps, rollback: string, status: string): Promise<void> {
  const { attempts, frozen, history, now } = deps;
  for (const { step, attempt } of await attempts.running(rollback)) {
    const hosts = (await frozen.read(rollback))?.hosts ?? [];
    const stopped = await stopAttempt(deps, hosts, { rollback, step }, attempt);
    const verdicts = [...stopped, ...neverSent(hosts, [...stopped, ...(await answersOf(deps, rollback, step))])];
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
  { runCommand, now, sleep }: StoppingDeps,
  hosts: readonly Host[],
  step: { readonly rollback: string; readonly step: string },
  attempt: Attempt,
): Promise<HostVerdict[]> {
  const ids = new Set(attempt.commands.flatMap(({ instance_ids }) => instance_ids));
  const asked = hosts.filter(({ instance_id }) => ids.has(instance_id));
  const before = await seenOf(runCommand, attempt);
  for (const { command_id } of attempt.commands) await runCommand.cancel(command_id);
  const until = now() + waitMilliseconds;
  for (;;) {
    const after = await seenOf(runCommand, attempt);
    const verdicts = asked.map((host) =>
      verdictOfCancelled(host, step, before.get(host.instance_id), after.get(host.instance_id)),
    );
    if (now() >= until || [...after.values()].every(({ status }) => !['InProgress', 'Cancelling'].includes(status)))
      return verdicts;
    await sleep(pollMilliseconds);
  }
}

/** What hosts said in earlier attempts still counts. */
const answersOf = async ({ history }: StoppingDeps, rollback: string, step: string) =>
  (await history.hosts(rollback, step)).map(({ instance_id }) => ({ host: { instance_id } }));

/** Hosts of later waves: no command went to them. */
const neverSent = (
  hosts: readonly Host[],
  heardOf: readonly { readonly host: Pick<Host, 'instance_id'> }[],
): HostVerdict[] => {
  const known = new Set(heardOf.map(({ host }) => host.instance_id));
  const unsent = hosts.filter(({ instance_id }) => !known.has(instance_id));
  const reason = 'not sent: the execution had ended before its wave';
  return unsent.map((host) => ({ host, verdict: 'not started', reason, report: null, command_id: null }));
};

const counts = (verdicts: readonly HostVerdict[]) => {
  const named = (wanted: HostVerdict['verdict']) =>
    verdicts.filter(({ verdict }) => verdict === wanted).map(({ host }) => host.name);
  return Object.fromEntries(
    (['not started', 'failed', 'unknown'] as const).map((verdict) => [
      verdict.replace(' ', '_'),
      named(verdict).slice(0, mostNamed),
    ]),
  );
};
