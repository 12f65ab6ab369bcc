import type { Host } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import type { BrakeEvent } from './brake-event.ts';

/** A halt that has not been resumed on all of its hosts. */
export type OpenHalt = {
  readonly operator: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** Hosts that were told to halt, and those that confirmed. */
  readonly hosts: number;
  readonly confirmed: number;
  /** These may trade. All of them, unless an older version of the product recorded it: that named 20. */
  readonly not_confirmed: readonly string[];
  /** The hosts that were named; null: the fleet. */
  readonly only: readonly string[] | null;
  /** The halt failed, so any host may trade. */
  readonly failed: boolean;
};
export type AskedToResume = { readonly operator: string; readonly reason: string; readonly at: string };
export type TradingNow = {
  readonly halts: readonly OpenHalt[];
  /** Resumes on a part of those hosts: when, and the hosts that confirmed; null: some of the fleet, and nobody knows which. */
  readonly resumed_in_part: readonly { readonly at: string; readonly only: readonly string[] | null }[];
  /** Requests to resume since the newest halt that were not refused. */
  readonly asked: readonly AskedToResume[];
};

/**
 * Returns the halts that hold by the history of the environment. A halt is over once trading was resumed on the whole fleet, or on every one
 * of its hosts, and each host confirmed that. A later halt of the whole fleet replaces all halts before it.
 *
 * The history has a halt once the halt has ended, and later while its table is away: no halt on record is no proof that all hosts trade.
 */
export function tradingNow(events: readonly BrakeEvent[]): TradingNow {
  let now: TradingNow = { halts: [], resumed_in_part: [], asked: [] };
  // A halt is recorded once it has ended, perhaps after a resume that came later.
  const inTime = events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const { type, at, detail } of inTime) {
    const made = { operator: detail.operator ?? 'unknown', reason: detail.reason ?? '', at };
    const more = detail as unknown as Partial<Omit<OpenHalt, 'failed'>>;
    const { only = null, hosts = 0, confirmed = 0, not_confirmed = [] } = more;
    if (type === 'Trading halted') now = halted(now, { ...made, hosts, confirmed, not_confirmed, only, failed: false });
    if (type === 'Halt failed') {
      const halt = { ...made, hosts, confirmed, not_confirmed, only, failed: true };
      now = { ...now, halts: [...now.halts, halt], asked: [] }; // it proves nothing of any host
    }
    if (type === 'Resume asked') now = { ...now, asked: [...now.asked, made] };
    if (type === 'Resume refused')
      now = { ...now, asked: now.asked.filter(({ operator }) => operator !== made.operator) };
    if (type === 'Trading resumed') now = resumed(now, { at, only, not_confirmed });
  }
  return now;
}

/** A halt voids the requests to resume before it, and what earlier halts and resumes say of its hosts. */
function halted({ halts, resumed_in_part }: TradingNow, halt: OpenHalt): TradingNow {
  if (halt.only === null) return { halts: [halt], resumed_in_part: [], asked: [] };
  const named = new Set(halt.only);
  const others = (names: readonly string[]) => names.filter((name) => !named.has(name));
  return {
    halts: [...halts.map((one) => ({ ...one, not_confirmed: others(one.not_confirmed) })), halt],
    resumed_in_part: resumed_in_part.map((one) => ({ ...one, only: one.only && others(one.only) })),
    asked: [],
  };
}

type Resumed = Pick<OpenHalt, 'only' | 'not_confirmed'> & { readonly at: string };

function resumed({ halts, resumed_in_part }: TradingNow, { at, only, not_confirmed }: Resumed): TradingNow {
  if (only === null && not_confirmed.length === 0) return { halts: [], resumed_in_part: [], asked: [] };
  const parts = [...resumed_in_part, { at, only: only?.filter((name) => !not_confirmed.includes(name)) ?? null }];
  const trading = new Set(parts.flatMap((one) => one.only ?? []));
  const left = halts
    .filter(({ only: named, hosts, failed }) => {
      if (named) return !named.every((name) => trading.has(name));
      return failed || trading.size < hosts; // a halt that failed does not know how many hosts it was meant for
    })
    .map((halt) => ({ ...halt, not_confirmed: halt.not_confirmed.filter((name) => !trading.has(name)) }));
  return { halts: left, resumed_in_part: left.length > 0 ? parts : [], asked: [] };
}

/**
 * Returns which of some hosts never confirmed a halt that holds, by name, each with the instant of that halt: they may trade. A halt that failed
 * names no host that did not confirm, so it counts for every host that it was meant for, unless another halt holds that host.
 */
export function unhalted({ halts, resumed_in_part }: TradingNow, hosts: readonly Host[]): ReadonlyMap<string, string> {
  const isFor = (only: readonly string[] | null, host: Host) => only === null || isNamed(host, only);
  const isResumed = (host: Host, since: string) =>
    resumed_in_part.some(({ at, only }) => Date.parse(at) > Date.parse(since) && isFor(only, host));
  const isHalted = (host: Host) =>
    halts.some(
      ({ failed, only, not_confirmed, at }) =>
        !failed && isFor(only, host) && !isNamed(host, not_confirmed) && !isResumed(host, at),
    );
  return new Map(
    halts.flatMap(({ failed, only, not_confirmed, at }) =>
      hosts
        .filter((host) =>
          failed ? isFor(only, host) && !isHalted(host) && !isResumed(host, at) : isNamed(host, not_confirmed),
        )
        .map(({ name }) => [name, at] as const),
    ),
  );
}

/** Returns one sentence per host that never confirmed a halt which holds, and that is not halted now: it trades alone. `free`: such hosts. */
export function neverHalted(now: TradingNow, free: readonly Host[]): string[] {
  return [...unhalted(now, free)].map(
    ([name, since]) =>
      `${name}: it never confirmed the halt of ${since}, so it may trade: halt again, or name the other hosts (--hosts)`,
  );
}
