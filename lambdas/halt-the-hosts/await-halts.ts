import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { type HaltResult, mostNamed, notConfirmed, ordersSaid } from '../../domain/trading/halt-result.ts';
import { haltValues } from '../../domain/trading/trading-values.ts';
import { directVerdicts, sendDirectly } from '../operations/direct-commands.ts';
import type { HaltDeps, HaltInvocation, Halting, Unlisted } from './halting.ts';

/** Milliseconds after the start of the halt at which hosts that did not confirm are named: people have their names within 30 s. */
const namedAfter = 25_000;

/** Milliseconds after which the halt ends: a delivery takes at most 60 s, and the script 30. */
const overAfter = 120_000;

/**
 * Waits until every host has confirmed. Names those that did not after 25 seconds, and goes on: a host to which nothing could be sent is
 * asked again with each look. Ends after two minutes. Throws if nobody could be told.
 */
export async function awaitHalts(deps: HaltDeps, invocation: HaltInvocation, halting: Halting): Promise<HaltResult> {
  const start = Date.parse(invocation.execution.start_time);
  const inventory = unlistedHosts(deps, halting);
  const owed = new Messages(deps, invocation, halting);
  let sent: Pick<Halting, 'commands' | 'unsent'> = halting;
  for (let pause = 1000; ; pause = Math.min(pause * 1.25, 3000)) {
    await deps.sleep(pause);
    const verdicts = await verdictsOf(deps, invocation, { ...halting, ...sent });
    const passed = deps.now() - start;
    const late = passed >= namedAfter;
    const result = resultOf(invocation, halting, verdicts, { unlisted: inventory.hosts, seconds: passed / 1000 });
    const all = result.confirmed === result.hosts && (inventory.read || late);
    if (all) await owed.tell('trading-halted', result);
    else if (late) await owed.tell('halt-not-confirmed', result);
    const nothingLeft = verdicts.every(({ verdict }) => verdict === 'done') && late;
    if (all || nothingLeft || passed >= overAfter) {
      owed.refuseSilence();
      return result;
    }
    sent = await sendAgain(deps, invocation, { ...halting, ...sent });
  }
}

/** Sends the halt again to the hosts that took no command. */
async function sendAgain(
  { runCommand }: HaltDeps,
  { execution, command }: HaltInvocation,
  { documents, commands, unsent }: Halting,
): Promise<Pick<Halting, 'commands' | 'unsent'>> {
  if (unsent.length === 0) return { commands, unsent };
  const direct = { id: execution.name, execution, command, documents };
  const again = await sendDirectly(
    runCommand,
    direct,
    unsent.map(({ host }) => host),
  );
  return { commands: [...commands, ...again.commands], unsent: again.unsent };
}

/** The messages of a halt: each is sent once, and tried again with the next look if SNS does not take it. */
class Messages {
  readonly #deps: HaltDeps;
  readonly #invocation: HaltInvocation;
  readonly #sent = new Set<string>();
  #problem: Error | undefined;

  constructor(deps: HaltDeps, invocation: HaltInvocation, { told }: Halting) {
    this.#deps = deps;
    this.#invocation = invocation;
    if (told) this.#sent.add('trading-halt');
  }

  async tell(name: string, result: HaltResult): Promise<void> {
    for (const one of ['trading-halt', name].filter((each) => !this.#sent.has(each)))
      try {
        const text = this.#invocation.templates[one] ?? '';
        await this.#deps.tell({ name: one, text }, haltValues(result));
        this.#sent.add(one);
        this.#problem = undefined;
      } catch (error) {
        this.#problem = error as Error;
      }
  }

  /** Throws if the last message was not taken. The state tries again, and an alarm rings if that fails too. */
  refuseSilence(): void {
    if (this.#problem) throw new Error(`The halt was sent, but people were not told: ${this.#problem.message}`);
  }
}

async function verdictsOf(
  deps: HaltDeps,
  { execution, command }: HaltInvocation,
  { hosts, commands, unsent }: Halting,
): Promise<HostVerdict[]> {
  const verdicts = await directVerdicts(deps.runCommand, { id: execution.name, command }, commands, hosts);
  const reasons = new Map(unsent.map(({ host, reason }) => [host.instance_id, reason]));
  return verdicts.map((one) =>
    one.verdict === 'waiting' ? { ...one, reason: reasons.get(one.host.instance_id) ?? null } : one,
  );
}

function resultOf(
  { execution }: HaltInvocation,
  { request, hosts }: Halting,
  verdicts: readonly HostVerdict[],
  { unlisted, seconds }: { readonly unlisted: Unlisted; readonly seconds: number },
): HaltResult {
  const done = verdicts.filter(({ verdict }) => verdict === 'done');
  return {
    halt: execution.name,
    ...{ operator: request.operator, reason: request.reason, at: execution.start_time, by: execution.id },
    hosts: hosts.length + unlisted.length,
    confirmed: done.length,
    confirmed_within_seconds: done.length > 0 ? Math.round(seconds) : null,
    not_confirmed: [...notConfirmed(verdicts), ...unlisted].slice(0, mostNamed),
    ...ordersSaid(done),
  };
}

type Inventory = { hosts: Unlisted; read: boolean };

/**
 * Reads which hosts of the fleet Systems Manager does not list, so that no halt could reach them. Nothing waits for it: EC2 or the
 * table may be away. Then such hosts are not named.
 */
function unlistedHosts({ allHosts }: HaltDeps, { hosts, request }: Halting): Inventory {
  const known = new Set(hosts.map(({ instance_id }) => instance_id));
  const inventory: Inventory = { hosts: [], read: false };
  const isMissing = (host: Awaited<ReturnType<HaltDeps['allHosts']>>[number]) =>
    !known.has(host.instance_id) && (request.hosts === null || isNamed(host, request.hosts));
  allHosts().then(
    (all) => {
      const missing = all.filter(isMissing);
      inventory.hosts = missing.map(({ name, away }) => ({
        host: name,
        reason: away ?? 'Systems Manager does not list it',
      }));
      inventory.read = true;
    },
    (error: Error) => {
      console.warn(`Hosts that Systems Manager does not list are not known: ${error.message}`);
      inventory.read = true;
    },
  );
  return inventory;
}
