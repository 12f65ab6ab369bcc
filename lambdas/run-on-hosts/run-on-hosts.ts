import { StepFailed } from '../../domain/errors.ts';
import type { Chain } from '../../domain/event.ts';
import { failureSentence, type HostVerdict } from '../../domain/host-verdict.ts';
import { attemptOnHosts, heldFleet, type Reach, type Request } from '../host-attempt.ts';

/** What a step's state puts out: counts and the chain's end. Each host's report is a HOST item in the history table. */
export type StepResult = {
  readonly step: string;
  readonly attempt: number;
  readonly hosts_done: number;
  readonly hosts: number;
  readonly chain: Chain;
};

/** Failed hosts named in an event; the HOST items have them all. */
const mostNamed = 20;

/**
 * Runs one step on every host that has not done it yet. Every host must say done; counts, never an average.
 *
 * May be called again at any time: a step that is done answers so, one that is running is waited for, one that failed is
 * sent to the hosts that failed. Throws StepFailed with the failed hosts' names and reasons.
 */
export async function runOnHosts(
  reach: Reach,
  request: Request,
  remainingMilliseconds: () => number,
): Promise<StepResult> {
  const { rollback, command } = request;
  const frozen = await heldFleet(reach, request);
  const before = await reach.history.hosts(rollback.id, command.id);
  const did = new Set(before.filter(({ verdict }) => verdict === 'done').map(({ instance_id }) => instance_id));
  const todo = frozen.hosts.filter(({ instance_id }) => !did.has(instance_id));
  const hosts = frozen.hosts.length;

  if (todo.length === 0) {
    const last = await reach.attempts.read(rollback.id, command.id);
    return {
      step: command.id,
      attempt: last?.number ?? 1,
      hosts_done: hosts,
      hosts,
      chain: await ended(reach, request, last?.number ?? 1, [], hosts),
    };
  }

  const { attempt, verdicts } = await attemptOnHosts(reach, request, todo, frozen, remainingMilliseconds);
  await reach.history.putHosts(rollback.id, command.id, verdicts);
  const failed = verdicts.filter(({ verdict }) => verdict !== 'done');
  const chain = await ended(reach, request, attempt.number, failed, hosts);
  await reach.attempts.write(rollback.id, command.id, { ...attempt, verdict: failed.length === 0 ? 'done' : 'failed' });
  if (failed.length > 0) throw new StepFailed(`${command.name} failed on ${failureSentence(failed, hosts)}.`);
  return { step: command.id, attempt: attempt.number, hosts_done: hosts, hosts, chain };
}

const ended = (
  { history, now }: Reach,
  { rollback, chain, command }: Request,
  attempt: number,
  failed: readonly HostVerdict[],
  hosts: number,
): Promise<Chain> =>
  history.append(rollback.id, chain, {
    id: `step-ended/${command.id}/${attempt}`,
    type: failed.length === 0 ? 'Step done' : 'Step failed',
    at: new Date(now()).toISOString(),
    detail: {
      step: command.id,
      attempt,
      hosts_done: hosts - failed.length,
      hosts,
      failed: failed.slice(0, mostNamed).map(({ host, reason }) => ({ host: host.name, reason })),
    },
  });
