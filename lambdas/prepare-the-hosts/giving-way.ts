import { NotPrepared } from '../../domain/errors.ts';
import { hostVerdict } from '../../domain/host/host-verdict.ts';
import { phaseWords } from '../../domain/phases.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { HostReadDeps } from '../operations/host-attempt.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

export type GivingWayDeps = HostReadDeps & { readonly locks: Pick<FleetLocks, 'holder'> };
export type Place = { readonly id: string; readonly step: string; readonly fleet: string };

/** Throws NotPrepared if a rollback holds the fleet: it goes first, and may change what would be copied. */
export async function refuseBesideRollback({ locks }: Pick<GivingWayDeps, 'locks'>, fleet: string): Promise<void> {
  const holder = await locks.holder(fleet);
  if (!holder) return;
  throw new NotPrepared(
    `Rollback ${holder.rollback} of ${phaseWords(holder)} has held fleet ${fleet} since ${holder.taken_at} and goes first. Prepare again once the fleet is free: npm run rollback -- status`,
  );
}

/**
 * Returns Run Command that stops working once a rollback holds the fleet: it looks before each command and each poll. Also
 * stores the report of each host as soon as the host is done, for those who watch.
 */
export function givingWay(
  deps: GivingWayDeps,
  { id, step, fleet }: Place,
  { hosts }: Pick<RollbackScope, 'hosts'>,
): RunCommand {
  const stored = new Set<string>();
  const look = () => refuseBesideRollback(deps, fleet);
  return {
    ...deps.runCommand,
    send: (input) => deps.runCommand.send(input, look),
    invocations: async (commandId) => {
      await look();
      const found = await deps.runCommand.invocations(commandId);
      const done = found.flatMap((invocation) => {
        const host = hosts.find(({ instance_id }) => instance_id === invocation.instance_id);
        if (!host || stored.has(host.instance_id)) return [];
        const one = hostVerdict(host, { rollback: id, step }, invocation);
        return one.verdict === 'done' ? [one] : [];
      });
      if (done.length > 0) await deps.history.putHosts(id, step, done);
      for (const { host } of done) stored.add(host.instance_id);
      return found;
    },
  };
}

/** Cancels the commands that a run has sent: a rollback has begun. The script on a host stops by itself too. */
export async function cancelCommands(
  { attempts, runCommand }: Pick<GivingWayDeps, 'attempts' | 'runCommand'>,
  { id, step }: Place,
): Promise<void> {
  const attempt = await attempts.read(id, step);
  if (attempt?.verdict !== 'running') return;
  for (const { command_id } of attempt.commands) await runCommand.cancel(command_id);
  await attempts.write(id, step, { ...attempt, verdict: 'stopped' });
}
