import { HaltFailed, InvalidInput } from '../../domain/errors.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { parseHalt } from '../../domain/trading/halt-request.ts';
import { haltValues } from '../../domain/trading/trading-values.ts';
import type { ManagedInstance } from '../clients/managed-instances.ts';
import { sendDirectly } from '../operations/direct-commands.ts';
import { reviewedDocument } from '../operations/reviewed-document.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { HaltDeps, HaltInvocation, Halting } from './halting.ts';

/**
 * Sends the halt to every host that Systems Manager lists, online or not, and then tells everybody. Reads no table and takes no lock.
 * Calling it again sends it again, which is harmless.
 *
 * Throws InvalidInput, and HaltFailed if it could be sent to no host.
 */
export async function sendHalts(deps: HaltDeps, invocation: HaltInvocation): Promise<Halting> {
  const { execution, command, templates } = invocation;
  const request = parseHalt(execution.input);
  if (!command.parameters['Script'])
    throw new HaltFailed('This environment names no script that halts trading (trading.halt in its file).');
  const [all, documents] = await Promise.all([deps.managedInstances.hosts(deps.tag), pinned(deps, invocation)]);
  const hosts = chosen(all, request.hosts);
  const direct = { id: execution.name, execution, command, documents };
  const { commands, unsent } = await sendDirectly(deps.runCommand, direct, hosts);
  if (commands.length === 0) throw new HaltFailed(nothingSent(unsent[0]?.reason, deps.tag));
  const halt = { halt: execution.name, ...request, at: execution.start_time, by: execution.id };
  const counts = { hosts: hosts.length, confirmed: 0, not_confirmed: [], unacknowledged: {} };
  const told = await deps
    .tell({ name: 'trading-halt', text: templates['trading-halt'] ?? '' }, haltValues({ ...halt, ...counts }))
    .then(
      () => true,
      () => false, // it is owed, and sent with the next one
    );
  return {
    request,
    documents,
    hosts: hosts.map(({ instance_id, name }) => ({ instance_id, name })),
    commands,
    unsent,
    told,
  };
}

const nothingSent = (reason: string | undefined, { key, value }: HaltDeps['tag']) =>
  reason === undefined
    ? `Systems Manager lists no host with the tag ${key}=${value}.`
    : `No host took the command: ${reason}.`;

async function pinned(deps: HaltDeps, { documents }: HaltInvocation): Promise<RollbackScope['documents']> {
  const all = await Promise.all(
    documents.map(async (one) => {
      const found = await reviewedDocument(deps.managedInstances, one);
      if ('problem' in found) throw new HaltFailed(found.problem);
      return [one.name, found] as const;
    }),
  );
  return Object.fromEntries(all);
}

/** Returns the hosts to halt, those that are online first: the first command must reach them. Throws InvalidInput if one is unknown. */
function chosen(all: readonly ManagedInstance[], only: readonly string[] | null): ManagedInstance[] {
  const unknown = (only ?? []).filter((name) => !all.some((host) => isNamed(host, [name])));
  if (unknown.length > 0)
    throw new InvalidInput(
      `Systems Manager lists no host ${unknown.slice(0, 5).join(', ')} in the fleet. It lists ${all
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')}. Nothing was halted: correct the names, or halt every host.`,
    );
  const hosts = all.filter((host) => only === null || isNamed(host, only));
  return [...hosts.filter(({ online }) => online), ...hosts.filter(({ online }) => !online)];
}
