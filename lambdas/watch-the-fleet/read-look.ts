import { hostVerdict, type Invocation } from '../../domain/host/host-verdict.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import { truthReport } from '../../domain/truth/compare-hosts.ts';
import type { FleetLook, Seen } from '../../domain/truth/fleet-truth.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { HostCommand } from '../middleware/payload.ts';

export type ReadLookDeps = {
  readonly runCommand: Pick<RunCommand, 'invocations'>;
  readonly command: HostCommand;
};

/** Returns what each host reported on a look that an earlier run has sent. Does not wait: two minutes were enough. */
export async function readLook(
  { runCommand, command }: ReadLookDeps,
  { id, commands, refused }: FleetLook,
): Promise<(host: FleetHost) => Seen> {
  const all = (await Promise.all(commands.map((one) => runCommand.invocations(one)))).flat();
  const found = new Map<string, Invocation>(all.map((one) => [one.instance_id, one]));
  return (host) => {
    const refusal = refused.find(({ instance_id }) => instance_id === host.instance_id);
    if (refusal) return { reason: `it could not be asked: ${refusal.reason}` };
    const invocation = found.get(host.instance_id);
    if (!invocation) return 'unasked';
    const { verdict, reason, report } = hostVerdict(host, { rollback: id, step: command.id }, invocation);
    const parsed = truthReport.safeParse(report);
    if (verdict === 'done' && parsed.success) return { report: parsed.data };
    if (verdict === 'waiting') return { reason: 'it did not report before the next run' };
    return { reason: verdict === 'done' ? 'its report is not readable' : (reason ?? verdict) };
  };
}
