import { type Confirmation, confirmation } from '../../domain/confirmation.ts';
import type { Chain } from '../../domain/event.ts';
import { attemptOnHosts, heldFleet, type Reach, type Request } from '../host-attempt.ts';

export type ConfirmRequest = Request & { readonly steps: readonly string[]; readonly target_version: string };
export type ConfirmResult = Confirmation & { readonly chain: Chain };

/**
 * Looks at every host and at the history, and says PASS, FAIL or INCONCLUSIVE. Changes nothing on the hosts; asking
 * again looks again.
 */
export async function confirmRecovery(
  reach: Reach,
  request: ConfirmRequest,
  remainingMilliseconds: () => number,
): Promise<ConfirmResult> {
  const { rollback, command, steps, target_version } = request;
  const { history } = reach;
  const frozen = await heldFleet(reach, request);
  const { attempt, verdicts } = await attemptOnHosts(reach, request, frozen.hosts, frozen, remainingMilliseconds);
  await history.putHosts(rollback.id, command.id, verdicts);
  const done = new Map<string, ReadonlySet<string>>();
  for (const step of steps) {
    const hosts = await history.hosts(rollback.id, step);
    done.set(step, new Set(hosts.filter(({ verdict }) => verdict === 'done').map(({ instance_id }) => instance_id)));
  }
  const found = confirmation({
    hosts: frozen.hosts,
    notOnline: frozen.not_online,
    checks: verdicts,
    done,
    target_version,
  });
  const chain = await history.append(rollback.id, {
    id: `confirmed/${attempt.number}`,
    type: found.verdict === 'PASS' ? 'Recovery confirmed' : 'Recovery not confirmed',
    at: new Date(reach.now()).toISOString(),
    detail: {
      ...found,
      step: command.id,
      version: target_version,
      hosts_done: found.at_target,
      hosts: frozen.hosts.length,
    },
  });
  await reach.attempts.write(rollback.id, command.id, { ...attempt, verdict: 'done' });
  return { ...found, chain };
}
