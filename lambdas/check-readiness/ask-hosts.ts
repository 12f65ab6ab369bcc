import { type Host, type HostVerdict, hostVerdict } from '../../domain/host/host-verdict.ts';
import { type CheckedHost, readyReport } from '../../domain/ready/host-lines.ts';
import type { RunCommand } from '../clients/run-command.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { attemptOnHosts, type HostReadDeps } from '../operations/host-attempt.ts';
import type { StoredVerdict } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

export type Asking = {
  /** The id under which the hosts report. */
  readonly id: string;
  readonly executionArn: string;
  readonly fleet: string;
  readonly startTime: string;
  readonly scope: RollbackScope;
  readonly command: HostCommand;
};

/**
 * Asks every host of the scope, and returns what each reported. Stores each report as soon as it is seen, with the instants between
 * which the host read its clock. Calling it again continues; once every host has reported, it reads what is stored.
 */
export async function askHosts(
  deps: HostReadDeps,
  asking: Asking,
  remaining: () => number,
): Promise<Map<string, CheckedHost>> {
  const { id, command, scope } = asking;
  const last = await deps.attempts.read(id, command.id);
  if (last?.verdict !== 'done' && scope.hosts.length > 0) {
    const { executionArn, fleet, startTime } = asking;
    const rollback = { id, execution_arn: executionArn, phase: 0, fleet, alarm: null, deadline: startTime };
    const known = new Set((await deps.history.hosts(id, command.id)).map(({ instance_id }) => instance_id));
    const { attempt, verdicts } = await attemptOnHosts(
      { ...deps, runCommand: noting(deps, asking, known) },
      { rollback, fence: 0, command, unrecorded: true },
      { scope, hosts: scope.hosts, last },
      remaining,
    );
    await keep(
      deps,
      asking,
      verdicts.filter(({ host }) => !known.has(host.instance_id)),
    );
    await deps.attempts.write(id, command.id, { ...attempt, verdict: 'done' });
  }
  const stored = await deps.history.hosts(id, command.id);
  return new Map(stored.map((one) => [one.instance_id, checkedHost(one)]));
}

/** Returns Run Command that stores a host's report when a poll first sees it: a clock is compared with that instant. */
function noting(deps: HostReadDeps, asking: Asking, known: Set<string>): RunCommand {
  const { id, command, scope } = asking;
  return {
    ...deps.runCommand,
    invocations: async (commandId) => {
      const found = await deps.runCommand.invocations(commandId);
      const done = found.flatMap((invocation) => {
        const host = scope.hosts.find(({ instance_id }) => instance_id === invocation.instance_id);
        if (!host || known.has(host.instance_id)) return [];
        const one = hostVerdict(host, { rollback: id, step: command.id }, invocation);
        return one.verdict === 'done' ? [one] : [];
      });
      await keep(deps, asking, done);
      for (const { host } of done) known.add(host.instance_id);
      return found;
    },
  };
}

/** Stores reports with the instants before and after them, in milliseconds since 1970. */
async function keep(deps: HostReadDeps, { id, command }: Asking, verdicts: readonly HostVerdict[]): Promise<void> {
  if (verdicts.length === 0) return;
  const attempt = await deps.attempts.read(id, command.id);
  const sent = attempt ? Date.parse(attempt.gives_up_at) - command.attempt_seconds * 1000 : 0;
  const timed = verdicts.map((one) =>
    one.report ? { ...one, report: { ...one.report, sent, seen: deps.now() } } : one,
  );
  await deps.history.putHosts(id, command.id, timed);
}

/** Returns a stored report as it was checked: one that is not as the script makes it is no report. */
function checkedHost({ instance_id, name, verdict, reason, report }: StoredVerdict): CheckedHost {
  const { sent, seen } = (report ?? {}) as { readonly sent?: number; readonly seen?: number };
  const parsed = readyReport.safeParse(report);
  const host = { instance_id, name, sent: sent ?? 0, seen: seen ?? 0 };
  if (verdict === 'done' && parsed.success) return { ...host, report: parsed.data, reason: null };
  return { ...host, report: null, reason: verdict === 'done' ? 'its report is not readable' : (reason ?? verdict) };
}

/** A host that was not asked. */
export const notAsked = ({ instance_id, name }: Host, reason: string): CheckedHost => ({
  instance_id,
  name,
  report: null,
  reason,
  sent: 0,
  seen: 0,
});
