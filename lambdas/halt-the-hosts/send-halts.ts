import { HaltFailed, HaltUnsent, InvalidInput } from '../../domain/errors.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { parseHalt, type TradingRequest } from '../../domain/trading/halt-request.ts';
import { haltValues } from '../../domain/trading/trading-values.ts';
import type { ManagedInstance } from '../clients/managed-instances.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import { sendDirectly } from '../operations/direct-commands.ts';
import { pinnedDocuments } from '../operations/reviewed-document.ts';
import type { HaltDeps, Halting } from './halting.ts';
import { marketExplains, type NotHalted } from './market.ts';

/** Milliseconds after the start of the halt until which it is tried: people must be told within 30 s if nothing could be sent. */
const triedFor = 25_000;

/** Milliseconds for which one call tries: the function times out soon after, because a halt cannot wait for one that hangs. */
const calledFor = 5000;
const pause = 1000;

/**
 * Sends the halt to every host that Systems Manager lists, online or not, and then tells everybody; nothing if the market explains the alarm. Reads no table and takes no lock.
 * Tries again while Systems Manager does not respond, as long as people can still be told in time. Calling it again sends it again,
 * which is harmless.
 *
 * Throws HaltUnsent after a few seconds without success: the machine calls again. Throws InvalidInput, also if there is no script that
 * halts, and HaltFailed if it could be sent to no host: such a halt stays on record until a later one, or a resume, reached its hosts.
 */
export async function sendHalts(deps: HaltDeps, invocation: TradingInvocation): Promise<Halting | NotHalted> {
  const { execution, command, templates } = invocation;
  const request = parseHalt(execution.input);
  if (!command.parameters['Script'])
    throw new InvalidInput(
      'This environment names no script that halts trading (trading.halt in its file). Nothing was halted: call the exchange or the broker.',
    );
  const not_halted = await marketExplains(deps, execution.input);
  if (not_halted !== undefined) return { not_halted };
  const sent = await tried(deps, Date.parse(execution.start_time), () => sendOnce(deps, invocation, request));
  const sent_at = new Date(deps.now()).toISOString();
  const { hosts, missing } = sent;
  const halt = { halt: execution.name, ...request, at: execution.start_time, by: execution.id };
  const counts = { hosts: hosts.length + missing.length, confirmed: 0, not_confirmed: [], unacknowledged: {} };
  const told = await deps
    .tell({ name: 'trading-halt', text: templates['trading-halt'] ?? '' }, haltValues({ ...halt, ...counts }))
    .then(
      () => ['trading-halt'],
      () => [], // it is owed, and sent with the next one
    );
  return { request, ...sent, sent_at, hosts: hosts.map(({ instance_id, name }) => ({ instance_id, name })), told };
}

type Sent = Pick<Halting, 'documents' | 'commands' | 'unsent' | 'missing'> & { readonly hosts: ManagedInstance[] };

/** Sends the halt once. Throws if no host took it. */
async function sendOnce(deps: HaltDeps, invocation: TradingInvocation, { hosts: only }: TradingRequest): Promise<Sent> {
  const { execution, command } = invocation;
  const { managedInstances: systemsManager } = deps;
  const [all, documents] = await Promise.all([
    systemsManager.hosts(deps.tag),
    pinnedDocuments(systemsManager, invocation.documents, (problem) => new HaltFailed(problem)),
  ]);
  const missing = (only ?? []).filter((name) => !all.some((host) => isNamed(host, [name])));
  const hosts = chosen(all, only);
  if (hosts.length === 0) throw new HaltFailed(nobodyListed(all, missing, deps.tag));
  const direct = { id: execution.name, execution, command, documents };
  const { commands, unsent } = await sendDirectly(deps.runCommand, direct, hosts);
  if (commands.length === 0) throw new Error(`No host took the command: ${unsent[0]?.reason}`);
  return { hosts, missing, documents, commands, unsent };
}

/**
 * Repeats an attempt that fails, unless the next one could end after `triedFor`: then throws HaltFailed, as for what no repetition mends.
 * Throws HaltUnsent if it could end after `calledFor`.
 */
async function tried<Result>(
  { now, sleep }: Pick<HaltDeps, 'now' | 'sleep'>,
  start: number,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const called = now();
  for (;;) {
    const begun = now();
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof HaltFailed) throw error;
      const next = now() + pause + (now() - begun);
      if (next - start > triedFor)
        throw new HaltFailed(`Systems Manager did not take the halt: ${(error as Error).message}`);
      if (next - called > calledFor)
        throw new HaltUnsent(`Systems Manager did not take the halt yet: ${(error as Error).message}`);
      await sleep(pause);
    }
  }
}

const mostShown = 20;

function nobodyListed(
  all: readonly ManagedInstance[],
  missing: readonly string[],
  { key, value }: HaltDeps['tag'],
): string {
  if (all.length === 0) return `Systems Manager lists no host with the tag ${key}=${value}.`;
  const listed = all.slice(0, mostShown).map(({ name }) => name);
  return `Systems Manager lists none of ${missing.slice(0, mostShown).join(', ')} in the fleet. It lists ${listed.join(', ')}. Nothing was halted: correct the names, or halt every host.`;
}

/** Returns the hosts to halt, those that are online first: the first command must reach them. A name that is not listed stops no other. */
function chosen(all: readonly ManagedInstance[], only: readonly string[] | null): ManagedInstance[] {
  const hosts = all.filter((host) => only === null || isNamed(host, only));
  return [...hosts.filter(({ online }) => online), ...hosts.filter(({ online }) => !online)];
}
