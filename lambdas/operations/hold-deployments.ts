import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { checkOpen } from './check-open.ts';
import { checkHolder } from './held-fleet.ts';
import { attemptWhileHeld, type HostStepDeps, type HostStepRequest } from './host-attempt.ts';
import { mostNamed } from './most-named.ts';

/**
 * Runs the customer's script that holds deployments, on every host of the rollback and beside its first step. Records the hosts on which
 * it failed. Nothing waits for it, and its failure stops nothing. Does nothing if the environment names no script.
 *
 * The hold ends once no rollback holds the fleet: watch-the-fleet lets go (lambdas/watch-the-fleet/let-go.ts).
 */
export async function holdDeployments(
  deps: HostStepDeps,
  request: HostStepRequest,
  remainingMilliseconds: () => number,
): Promise<void> {
  const { rollback, command } = request;
  if (!command.parameters['Script']) return;
  try {
    const [scope, last] = await Promise.all([
      deps.scopes.read(rollback.id),
      deps.attempts.read(rollback.id, command.id),
      checkHolder(deps, request),
      checkOpen(deps, rollback),
    ]);
    if (!scope || (last && last.verdict !== 'running')) return;
    const targets = { scope, hosts: scope.hosts, last };
    const asking = { ...request, unrecorded: true } as const;
    const { attempt, verdicts } = await attemptWhileHeld(deps, asking, targets, remainingMilliseconds);
    const failed = verdicts.filter(({ verdict }) => verdict !== 'done');
    await record(deps, request, { hosts: verdicts.length, failed: failed.map(named) });
    await deps.attempts.write(rollback.id, command.id, { ...attempt, verdict: failed.length > 0 ? 'failed' : 'done' });
  } catch (error) {
    const { message } = error as Error;
    await record(deps, request, { hosts: 0, failed: [{ host: 'every host', reason: message }] }).catch(() => {});
  }
}

type Found = { readonly hosts: number; readonly failed: readonly { readonly host: string; readonly reason: string }[] };

const named = ({ host: { name }, reason, verdict }: HostVerdict) => ({ host: name, reason: reason ?? verdict });

async function record({ history, now }: HostStepDeps, { rollback }: HostStepRequest, { hosts, failed }: Found) {
  await history.append(rollback.id, {
    id: 'deployments-held',
    type: failed.length > 0 ? 'Deployments not held' : 'Deployments held',
    at: new Date(now()).toISOString(),
    detail: { hosts, failing: failed.length, failed: failed.slice(0, mostNamed) },
  });
}
