import type { StoredVerdict } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { attemptOnHosts, type HostReadDeps, type HostStepRequest } from './host-attempt.ts';

/** Returns every host's verdict on one command in plan mode. Sends the command unless all hosts were asked already. */
export async function askedOnce(
  deps: HostReadDeps,
  { rollback, command }: Pick<HostStepRequest, 'rollback' | 'command'>,
  scope: RollbackScope,
  remaining: () => number,
): Promise<readonly StoredVerdict[]> {
  const last = await deps.attempts.read(rollback.id, command.id);
  if (last?.verdict !== 'done') {
    const asking = { rollback, fence: 0, command, unrecorded: true } as const;
    const { attempt, verdicts } = await attemptOnHosts(deps, asking, { scope, hosts: scope.hosts, last }, remaining);
    await deps.history.putHosts(rollback.id, command.id, verdicts);
    await deps.attempts.write(rollback.id, command.id, { ...attempt, verdict: 'done' });
  }
  return deps.history.hosts(rollback.id, command.id);
}
