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
  /** These may trade. At most 20 are named. */
  readonly not_confirmed: readonly string[];
  /** The hosts that were named; null: the fleet. */
  readonly only: readonly string[] | null;
  /** The halt failed, so any host may trade. */
  readonly failed: boolean;
};
export type AskedToResume = { readonly operator: string; readonly reason: string; readonly at: string };
export type TradingNow = {
  readonly halts: readonly OpenHalt[];
  /** Resumes on a part of the hosts since those halts: when, and the hosts; null: the fleet, and not all confirmed. */
  readonly resumed_in_part: readonly { readonly at: string; readonly only: readonly string[] | null }[];
  /** Requests to resume since the newest halt that were not refused. */
  readonly asked: readonly AskedToResume[];
};

/**
 * Returns the halts that hold by the history of the environment. A halt is over once trading was resumed on the whole fleet, or on all of
 * the hosts that the halt named, and every host confirmed that.
 *
 * The history has a halt once the halt has ended, and later while its table is away: no halt on record is no proof that all hosts trade.
 */
export function tradingNow(events: readonly BrakeEvent[]): TradingNow {
  let now: TradingNow = { halts: [], resumed_in_part: [], asked: [] };
  for (const { type, at, detail } of events) {
    const made = { operator: detail.operator ?? 'unknown', reason: detail.reason ?? '', at };
    const more = detail as unknown as Partial<Omit<OpenHalt, 'failed'>> & { readonly by?: string };
    const only = more.only ?? null;
    if (type === 'Trading halted' || type === 'Halt failed') {
      const { hosts = 0, confirmed = 0, not_confirmed = [] } = more;
      const halt = { ...made, hosts, confirmed, not_confirmed, only, failed: type === 'Halt failed' };
      now = { ...now, halts: [...now.halts, halt], asked: [] }; // a halt voids the requests before it
    }
    if (type === 'Resume asked') now = { ...now, asked: [...now.asked, made] };
    if (type === 'Resume refused')
      now = { ...now, asked: now.asked.filter(({ operator }) => operator !== made.operator) };
    if (type === 'Trading resumed') now = resumed(now, { at, only, all: (more.not_confirmed ?? []).length === 0 });
  }
  return now;
}

/** Returns one sentence per host that never confirmed a halt which holds, and that is not halted now: it trades alone. `free`: such hosts. */
export const neverHalted = ({ halts }: TradingNow, free: readonly string[]): string[] =>
  free.flatMap((name) => {
    const halt = halts.findLast(({ not_confirmed }) => not_confirmed.includes(name));
    return halt
      ? [
          `${name}: it never confirmed the halt of ${halt.at}, so it may trade: halt again, or name the other hosts (--hosts)`,
        ]
      : [];
  });

function resumed(
  { halts, resumed_in_part }: TradingNow,
  { at, only, all }: { readonly at: string; readonly only: readonly string[] | null; readonly all: boolean },
): TradingNow {
  const isOver = ({ only: named }: OpenHalt) =>
    all && (only === null || (named?.every((host) => only.includes(host)) ?? false));
  const left = halts.filter((halt) => !isOver(halt));
  return { halts: left, resumed_in_part: left.length > 0 ? [...resumed_in_part, { at, only }] : [], asked: [] };
}
