import type { Reported } from '../../domain/truth/compare-hosts.ts';
import type { RunCommand } from '../clients/run-command.ts';
import { sendCommandInput } from '../clients/send-command-input.ts';
import { sendToHosts } from '../clients/send-to-hosts.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { Pinned } from './send-look.ts';

/** The means to let go of deployments on hosts. `document`: as of the look. */
export type LetGoDeps = {
  readonly runCommand: Pick<RunCommand, 'send'>;
  readonly fleet: string;
  readonly now: () => number;
  /** Absent: the environment names no script that holds deployments. */
  readonly holding?: {
    readonly command: HostCommand;
    readonly document: () => Promise<Pinned | { readonly problem: string }>;
  };
};

const named = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** SendCommand takes at most 50 instance ids. */
const mostIds = 50;

/**
 * Lets go of deployments on hosts on which a rollback still holds them, while no rollback holds the fleet. The host keeps its note until
 * the customer's script has ended well, so the next look asks again: whatever ended the rollback, and whenever a host returns.
 */
export async function letGo(deps: LetGoDeps, reported: readonly Reported[]): Promise<void> {
  const { holding, runCommand, fleet, now } = deps;
  // A note that cannot be read names no rollback; the comparison names that host.
  const held = reported.filter(({ report }) => named.test(report.held ?? ''));
  if (!holding || held.length === 0) return;
  const pinned = await holding.document();
  if ('problem' in pinned) throw new Error(`${pinned.problem} See docs/runbook.md#document-not-reviewed.`);
  const deadline = new Date(now()).toISOString();
  for (const [by, hosts] of Map.groupBy(held, ({ report }) => report.held ?? ''))
    for (let at = 0; at < hosts.length; at += mostIds) {
      const asked = hosts.slice(at, at + mostIds).map(({ host }) => host);
      const command = { ...holding.command, parameters: { ...holding.command.parameters, Held: by } };
      const rollback = { id: by, execution_arn: '', phase: 0, fleet, alarm: null, deadline };
      const scope = {
        ...{ execution_arn: '', hosts: asked, not_online: [], only_hosts: null, steps: [], deployment: null },
        ...{ documents: { [command.document]: pinned }, window_start: `${deadline.slice(0, 19)}Z`, deadline },
      };
      await sendToHosts(runCommand, asked, (ids) =>
        sendCommandInput(ids, command, { rollback, fence: 0, attempt: 1, scope }),
      );
    }
}
