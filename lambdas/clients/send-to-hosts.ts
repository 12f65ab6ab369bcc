import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import type { Host } from '../../domain/host/host-verdict.ts';
import { type LostHost, partsOf, reasonOf } from '../../domain/host/lost-hosts.ts';
import type { RunCommand } from './run-command.ts';

/** The commands that were sent, each with its hosts, and the hosts that Systems Manager refused. */
export type Sent = {
  readonly commands: readonly { readonly command_id: string; readonly instance_ids: readonly string[] }[];
  readonly lost: readonly LostHost[];
};

/**
 * Sends a command to at most 50 hosts. If Systems Manager refuses it because of some hosts, sends it to the others and
 * returns those as lost. Throws every other error.
 */
export async function sendToHosts(
  runCommand: Pick<RunCommand, 'send'>,
  hosts: readonly Host[],
  inputFor: (instanceIds: readonly string[]) => SendCommandCommandInput,
): Promise<Sent> {
  const instance_ids = hosts.map(({ instance_id }) => instance_id);
  try {
    return { commands: [{ command_id: await runCommand.send(inputFor(instance_ids)), instance_ids }], lost: [] };
  } catch (error) {
    const parts = error instanceof Error ? partsOf(instance_ids, error) : undefined;
    if (!parts) throw error;
    const [alone] = hosts;
    if (alone && hosts.length === 1) return { commands: [], lost: [{ host: alone, reason: reasonOf(error as Error) }] };
    const sent: Sent[] = [];
    for (const part of parts)
      sent.push(
        await sendToHosts(
          runCommand,
          hosts.filter(({ instance_id }) => part.includes(instance_id)),
          inputFor,
        ),
      );
    return { commands: sent.flatMap(({ commands }) => commands), lost: sent.flatMap(({ lost }) => lost) };
  }
}
