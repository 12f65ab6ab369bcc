import { parseHalt, parseResume, type TradingRequest } from '../trading/halt-request.ts';
import type { HaltResult } from '../trading/halt-result.ts';
import type { BrakeChange, BrakeEvent, TradingEventType } from './brake-event.ts';

type Made = Omit<TradingRequest, 'hosts'> & {
  readonly only: TradingRequest['hosts'];
  /** Absent: none. */
  readonly despite?: readonly string[];
  /** The execution. */
  readonly by: string;
  readonly at: string;
};

/** Returns the event of a halt: what was asked of how many hosts, and which did not confirm. */
export const haltedEvent = (
  halt: Omit<HaltResult, 'confirmed_within_seconds' | 'unacknowledged'> & { readonly problem?: string },
  only: TradingRequest['hosts'],
): BrakeChange => ({
  id: `trading-halted/${halt.by}`,
  type: halt.problem === undefined ? 'Trading halted' : 'Halt failed',
  at: halt.at,
  detail: {
    ...{ operator: halt.operator, reason: halt.reason, by: halt.by, only },
    ...{ hosts: halt.hosts, confirmed: halt.confirmed },
    // All of them: one that is not named would count as halted. A fleet has at most 1,000, and an item of DynamoDB takes 400 KB.
    not_confirmed: [...halt.not_confirmed.map(({ host }) => host), ...(halt.also_not_confirmed ?? [])],
    ...(halt.problem === undefined ? {} : { problem: halt.problem.slice(0, 500) }),
  },
});

/** `fence`: how often the fleet had been taken. */
export const resumeAskedEvent = (
  { at, ...made }: Made,
  about: { readonly halts: readonly string[]; readonly fence: number },
): BrakeChange => ({
  id: `resume-asked/${made.by}`,
  type: 'Resume asked',
  at,
  detail: { ...made, ...about },
});

export const resumeRefusedEvent = ({ at, ...made }: Made, problem: string): BrakeChange => ({
  id: `resume-refused/${made.by}`,
  type: 'Resume refused',
  at,
  detail: { ...made, problem: problem.slice(0, 500) },
});

export const tradingResumedEvent = (
  { at, ...made }: Made,
  done: {
    readonly halts: readonly string[];
    readonly hosts: number;
    readonly confirmed: number;
    readonly not_confirmed: readonly string[];
    readonly approved_by: readonly string[];
  },
): BrakeChange => ({
  id: `trading-resumed/${made.by}`,
  type: 'Trading resumed',
  at,
  detail: { ...made, ...done },
});

/** Returns the first field of an event that differs from the input of its execution; undefined if all agree. */
export function otherRequestThan(
  type: TradingEventType,
  detail: BrakeEvent['detail'],
  input: unknown,
): string | undefined {
  try {
    const isHalt = type === 'Trading halted' || type === 'Halt failed';
    const asked = isHalt ? { ...parseHalt(input), despite: [] } : parseResume(input);
    if (asked.operator !== detail.operator) return 'operator';
    if (asked.reason !== detail.reason) return 'reason';
    if (!sameHosts(asked.despite, detail.despite ?? [])) return 'despite';
    return sameHosts(asked.hosts, detail.only ?? null) ? undefined : 'hosts';
  } catch {
    return 'input';
  }
}

/** Whether two requests are about the same hosts, or two lists have the same names. */
export const sameHosts = (some: readonly string[] | null, others: readonly string[] | null): boolean =>
  JSON.stringify(some?.toSorted() ?? null) === JSON.stringify(others?.toSorted() ?? null);
