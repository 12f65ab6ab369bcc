import type { FleetHost, Inventory } from '../../domain/host/inventory.ts';
import { truthPrefix } from '../../domain/tables.ts';
import type { FleetLook } from '../../domain/truth/fleet-truth.ts';
import { type TakenBack, wordOf } from '../../domain/truth/undone.ts';
import type { RunCommand } from '../clients/run-command.ts';
import { sendCommandInput } from '../clients/send-command-input.ts';
import { sendToHosts } from '../clients/send-to-hosts.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { older } from '../operations/freeze-hosts.ts';

export type Pinned = { readonly version: string; readonly hash: string };

export type SendLookDeps = {
  readonly inventory: () => Promise<Inventory>;
  /** Returns the version of the script's document that has the reviewed content, or why there is none. */
  readonly document: () => Promise<Pinned | { readonly problem: string }>;
  readonly runCommand: Pick<RunCommand, 'send'>;
  readonly command: HostCommand;
  readonly fleet: string;
  readonly now: () => number;
};

type Sending = Pick<FleetLook, 'expected' | 'fence'> & {
  readonly taken: readonly TakenBack[];
  readonly hosts: readonly FleetHost[];
};

/** SendCommand takes at most 50 instance ids. */
const mostIds = 50;

/** Sends the look to every host that can report, and returns it for the next run. Throws if no host can be asked at all. */
export async function sendLook(deps: SendLookDeps, { hosts, expected, taken, fence }: Sending): Promise<FleetLook> {
  const { command, fleet, runCommand, now } = deps;
  const pinned = await deps.document();
  if ('problem' in pinned) throw new Error(`${pinned.problem} See docs/runbook.md#document-not-reviewed.`);
  const sent_at = new Date(now()).toISOString();
  const id = `${truthPrefix}${sent_at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const asked = hosts.filter(({ online, agent_version }) => online && !older(agent_version));
  const versions = { Versions: expected.map(({ version }) => version).join(' ') };
  const undone = { Undone: taken.map(wordOf).join(' ') };
  const asking = {
    ...command,
    parameters: {
      ...command.parameters,
      ...(expected.length > 0 ? versions : {}),
      ...(taken.length > 0 ? undone : {}),
    },
  };
  const rollback = { id, execution_arn: '', phase: 0, fleet, alarm: null, deadline: sent_at };
  const scope = {
    ...{ execution_arn: '', hosts: asked, not_online: [], only_hosts: null, steps: [], deployment: null },
    ...{ documents: { [command.document]: pinned }, window_start: `${sent_at.slice(0, 19)}Z`, deadline: sent_at },
  };
  const parts = Array.from({ length: Math.ceil(asked.length / mostIds) }, (_, i) =>
    asked.slice(i * mostIds, (i + 1) * mostIds),
  );
  const inputFor = (ids: readonly string[]) => sendCommandInput(ids, asking, { rollback, fence: 0, attempt: 1, scope });
  const sent = await Promise.all(parts.map((part) => sendToHosts(runCommand, part, inputFor)));
  return {
    ...{ id, sent_at, fence, expected, taken },
    commands: sent.flatMap(({ commands }) => commands.map(({ command_id }) => command_id)),
    refused: sent.flatMap(({ lost }) => lost.map(({ host, reason }) => ({ ...identity(host), reason }))),
  };
}

const identity = ({ instance_id, name }: Pick<FleetHost, 'instance_id' | 'name'>) => ({ instance_id, name });
