import { HaltUntold } from '../../domain/errors.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import { type HaltResult, mostNamed, notConfirmed, ordersSaid } from '../../domain/trading/halt-result.ts';
import { haltValues } from '../../domain/trading/trading-values.ts';
import type { TradingInvocation } from '../middleware/trading-invocation.ts';
import { directVerdicts, sendDirectly } from '../operations/direct-commands.ts';
import type { HaltDeps, Halted, Halting, Unlisted, Untold } from './halting.ts';

/** Milliseconds after the start of the halt at which hosts that did not confirm are named: people have their names within 30 s. */
const namedAfter = 25_000;

/** Milliseconds after the first command before which no host is named: hosts of a halt that was sent late may halt, and not have answered. */
const answeredWithin = 5000;

/** Milliseconds after the first command at which the halt ends: a delivery takes at most 60 s, and the script 30. */
const overAfter = 120_000;

/** Milliseconds after which a call returns what is known so far: the person who halts sees how far it is. */
const reportedEvery = 6000;

/**
 * Waits until every host has confirmed. Names those that did not 25 seconds after the start, or 5 after a later first command, and goes on: a
 * host to which nothing could be sent is asked again with each look. Ends two minutes after the first command, also if people could not be
 * told: then the result has what is owed to them.
 *
 * Returns every few seconds, and as soon as it has named hosts, with `waiting`: the next call continues from there.
 */
export async function awaitHalts(deps: HaltDeps, invocation: TradingInvocation, halting: Halting): Promise<Halted> {
  const start = Date.parse(invocation.execution.start_time);
  const begun = deps.now();
  const { named, over } = limitsOf(start, halting);
  const wasLate = begun >= named;
  const inventory = unlistedHosts(deps, halting);
  const owed = new Messages(deps, invocation, halting);
  let sent: Pick<Halting, 'commands' | 'unsent'> = halting;
  for (let pause = 1000; ; pause = Math.min(pause * 1.25, 3000)) {
    await deps.sleep(untilNamed(named - deps.now(), pause));
    const verdicts = await verdictsOf(deps, invocation, { ...halting, ...sent });
    const seen = deps.now();
    const late = seen >= named;
    const result = resultOf(invocation, halting, verdicts, {
      unlisted: inventory.hosts,
      seconds: (seen - start) / 1000,
    });
    const all = result.confirmed === result.hosts && (inventory.read || late);
    if (all) await owed.tell('trading-halted', result);
    else if (late) await owed.tell('halt-not-confirmed', result);
    const nothingLeft = verdicts.every(({ verdict }) => verdict === 'done') && late;
    if (all || nothingLeft || seen >= over) {
      return { ...result, contact: deps.contact, ...owed.untold() };
    }
    sent = await sendAgain(deps, invocation, { ...halting, ...sent });
    if ((late && !wasLate) || deps.now() - begun >= reportedEvery) {
      const read = inventory.read ? { unlisted: inventory.hosts } : {};
      return { ...result, contact: deps.contact, waiting: { ...halting, ...sent, ...read, told: owed.sent() } };
    }
  }
}

/** Returns the milliseconds to the next look, none of which jumps over the instant at which hosts are named. */
const untilNamed = (left: number, pause: number) => (left > 0 ? Math.min(pause, left) : pause);

/** Returns the instants at which hosts are named, and at which the halt ends, in milliseconds. */
function limitsOf(
  start: number,
  { sent_at }: Pick<Halting, 'sent_at'>,
): { readonly named: number; readonly over: number } {
  const sent = sent_at === undefined ? start : Date.parse(sent_at);
  return { named: Math.max(start + namedAfter, sent + answeredWithin), over: sent + overAfter };
}

/** Sends the halt again to the hosts that took no command. */
async function sendAgain(
  { runCommand }: HaltDeps,
  { execution, command }: TradingInvocation,
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

/** Sends the messages that people are still owed, with the result that is known by now. Throws HaltUntold if SNS does not take one. */
export async function tellAgain({ tell }: HaltDeps, { templates }: TradingInvocation, halt: Halted): Promise<Halted> {
  const { untold, ...result } = halt;
  for (const name of untold?.messages ?? [])
    await tell({ name, text: templates[name] ?? '' }, valuesOf(result)).catch((error: Error) => {
      throw new HaltUntold(error.message, { cause: error });
    });
  return result;
}

/** Returns the values of the messages about a halt that may have failed. */
export const valuesOf = (halt: Halted) => ({
  ...haltValues(halt),
  ...(halt.problem === undefined ? {} : { trading_problem: halt.problem }),
});

/** The messages of a halt: each is sent once, and tried again with the next look if SNS does not take it. */
class Messages {
  readonly #deps: HaltDeps;
  readonly #invocation: TradingInvocation;
  readonly #sent = new Set<string>();
  #owed: readonly string[] = [];
  #problem: Error | undefined;

  constructor(deps: HaltDeps, invocation: TradingInvocation, { told }: Halting) {
    this.#deps = deps;
    this.#invocation = invocation;
    for (const name of told) this.#sent.add(name);
  }

  /** Returns the messages that SNS has taken. */
  sent(): readonly string[] {
    return [...this.#sent];
  }

  async tell(name: string, result: HaltResult): Promise<void> {
    // Only the newest result is owed: an earlier one is no longer true.
    this.#owed = ['trading-halt', name];
    for (const one of this.#owed.filter((each) => !this.#sent.has(each)))
      try {
        const text = this.#invocation.templates[one] ?? '';
        await this.#deps.tell({ name: one, text }, haltValues(result));
        this.#sent.add(one);
      } catch (error) {
        this.#problem = error as Error;
      }
  }

  /** Returns what SNS has not taken. The machine tells it again, for up to a day. */
  untold(): { readonly untold?: Untold } {
    const messages = this.#owed.filter((each) => !this.#sent.has(each));
    return messages.length === 0 ? {} : { untold: { messages, problem: this.#problem?.message ?? 'not known' } };
  }
}

async function verdictsOf(
  deps: HaltDeps,
  { execution, command }: TradingInvocation,
  { hosts, commands, unsent }: Halting,
): Promise<HostVerdict[]> {
  const verdicts = await directVerdicts(deps.runCommand, { id: execution.name, command }, commands, hosts);
  const reasons = new Map(unsent.map(({ host, reason }) => [host.instance_id, reason]));
  return verdicts.map((one) =>
    one.verdict === 'waiting' ? { ...one, reason: reasons.get(one.host.instance_id) ?? null } : one,
  );
}

function resultOf(
  { execution }: TradingInvocation,
  { request, hosts }: Halting,
  verdicts: readonly HostVerdict[],
  { unlisted, seconds }: { readonly unlisted: Unlisted; readonly seconds: number },
): HaltResult {
  const done = verdicts.filter(({ verdict }) => verdict === 'done');
  const missing = [...notConfirmed(verdicts), ...unlisted];
  const others = missing.slice(mostNamed).map(({ host }) => host);
  return {
    halt: execution.name,
    ...{ operator: request.operator, reason: request.reason, at: execution.start_time, by: execution.id },
    hosts: hosts.length + unlisted.length,
    confirmed: done.length,
    confirmed_within_seconds: done.length > 0 ? Math.round(seconds) : null,
    not_confirmed: missing.slice(0, mostNamed),
    ...(others.length > 0 ? { also_not_confirmed: others } : {}),
    ...ordersSaid(done),
  };
}

type Inventory = { hosts: Unlisted; read: boolean };

/**
 * Reads which hosts of the fleet Systems Manager does not list, so that no halt could reach them. Nothing waits for it: EC2 or the
 * table may be away. Then only those are named that the request names.
 */
function unlistedHosts({ allHosts }: HaltDeps, { hosts, request, missing, unlisted: read }: Halting): Inventory {
  if (read) return { hosts: read, read: true };
  const known = new Set(hosts.map(({ instance_id }) => instance_id));
  const unlisted = (names: readonly string[]) =>
    names.map((host) => ({ host, reason: 'Systems Manager lists no host of this name in the fleet' }));
  const inventory: Inventory = { hosts: unlisted(missing), read: false };
  const isMissing = (host: Awaited<ReturnType<HaltDeps['allHosts']>>[number]) =>
    !known.has(host.instance_id) && (request.hosts === null || isNamed(host, request.hosts));
  allHosts().then(
    (all) => {
      const away = all.filter(isMissing);
      inventory.hosts = [
        ...away.map((host) => ({ host: host.name, reason: host.away ?? 'Systems Manager does not list it' })),
        ...unlisted(missing.filter((name) => !away.some((host) => isNamed(host, [name])))),
      ];
      inventory.read = true;
    },
    (error: Error) => {
      console.warn(`Hosts that Systems Manager does not list are not known: ${error.message}`);
      inventory.read = true;
    },
  );
  return inventory;
}
