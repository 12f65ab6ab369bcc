import { type Host, type HostVerdict, hostVerdict, type Invocation } from '../../domain/host/host-verdict.ts';
import type { RunCommand } from '../clients/run-command.ts';
import { sendCommandInput } from '../clients/send-command-input.ts';
import { sendToHosts } from '../clients/send-to-hosts.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** A command that is sent without a lock and without the tables. */
export type DirectCommand = {
  /** The id under which the hosts report. */
  readonly id: string;
  readonly execution: { readonly id: string; readonly start_time: string };
  readonly command: HostCommand;
  readonly documents: RollbackScope['documents'];
};

export type SentCommand = { readonly command_id: string; readonly instance_ids: readonly string[] };

/** A host to which nothing could be sent, and why. */
export type Unsent = { readonly host: Host; readonly reason: string };
export type DirectlySent = { readonly commands: readonly SentCommand[]; readonly unsent: readonly Unsent[] };

/** SendCommand takes at most 50 instance ids. */
const mostIds = 50;

/** Sends a command to hosts, all requests at once. Never throws: a host to which nothing could be sent is returned with the reason. */
export async function sendDirectly(
  runCommand: Pick<RunCommand, 'send'>,
  { id, execution, command, documents }: DirectCommand,
  hosts: readonly Host[],
): Promise<DirectlySent> {
  const scope: RollbackScope = {
    ...{ hosts, not_online: [], documents, execution_arn: execution.id, only_hosts: null, steps: [], deployment: null },
    ...{ window_start: `${execution.start_time.slice(0, 19)}Z`, deadline: execution.start_time },
  };
  const rollback = { id, execution_arn: execution.id, phase: 0, fleet: '', alarm: null, deadline: scope.deadline };
  const inputFor = (ids: readonly string[]) =>
    sendCommandInput(ids, command, { rollback, fence: 0, attempt: 1, scope });
  const parts = Array.from({ length: Math.ceil(hosts.length / mostIds) }, (_, i) =>
    hosts.slice(i * mostIds, (i + 1) * mostIds),
  );
  const sent = await Promise.all(
    parts.map((part) =>
      sendToHosts(runCommand, part, inputFor).catch((error: Error) => ({
        commands: [],
        lost: part.map((host) => ({ host, reason: `${error.name}: ${error.message}` })),
      })),
    ),
  );
  return { commands: sent.flatMap(({ commands }) => commands), unsent: sent.flatMap(({ lost }) => lost) };
}

/**
 * Returns each host's verdict so far. A host may have several commands; one that is done counts before one that failed, and that
 * before one that still runs. A list that cannot be read leaves its hosts waiting.
 */
export async function directVerdicts(
  runCommand: Pick<RunCommand, 'invocations'>,
  { id, command }: Pick<DirectCommand, 'id' | 'command'>,
  commands: readonly SentCommand[],
  hosts: readonly Host[],
): Promise<HostVerdict[]> {
  const found = (
    await Promise.all(
      commands.map(({ command_id }) => runCommand.invocations(command_id).catch((): readonly Invocation[] => [])),
    )
  ).flat();
  const order: readonly HostVerdict['verdict'][] = ['done', 'failed', 'waiting'];
  return hosts.map((host) => {
    const own = found.filter(({ instance_id }) => instance_id === host.instance_id);
    const verdicts = (own.length > 0 ? own : [undefined]).map((one) =>
      hostVerdict(host, { rollback: id, step: command.id }, one),
    );
    const [best] = verdicts.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    return best as HostVerdict;
  });
}
