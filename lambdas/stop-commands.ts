import { type Host, type HostVerdict, verdictOfCancelled } from '../domain/host-verdict.ts';
import type { Attempt } from './attempt.ts';
import { reportsOf } from './history.ts';
import { type Reach, seenOf } from './host-attempt.ts';

/** An agent that hears of a cancelling ends its script within seconds; whoever says nothing for so long stays unknown. */
const waitMilliseconds = 10_000;
const pollMilliseconds = 2000;

/** Hosts named in an event; the HOST items have them all. */
const mostNamed = 20;

export type StoppingNeeds = Pick<Reach, 'attempts' | 'frozen' | 'history' | 'runCommand' | 'now' | 'sleep'>;

/**
 * Cancels the commands that a rollback left running when its execution ended, and records of each host whether it had done
 * the step, had not started, or is unknown. Called again it finds nothing left to stop.
 */
export async function stopCommands(needs: StoppingNeeds, rollback: string, status: string): Promise<void> {
  const { attempts, frozen, history, now } = needs;
  for (const { step, attempt } of await attempts.running(rollback)) {
    const hosts = (await frozen.read(rollback))?.hosts ?? [];
    const verdicts = await stopAttempt(needs, hosts, { rollback, step }, attempt);
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
  { runCommand, now, sleep }: StoppingNeeds,
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
