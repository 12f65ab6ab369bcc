import { contentHash } from '../content-hash.ts';
import { type Chain, emptyChain } from '../history/event.ts';
import { armedPrefix, pauseKey, phasePausePrefix } from '../tables.ts';

/** A pause of automation. */
export type Pause = {
  readonly operator: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** The phase that is paused; null or absent: every phase. */
  readonly phase?: number | null;
  /** The execution that set it; absent: an older version set it. */
  readonly by?: string;
};

/** The newest reset of a phase's budget. */
export type Armed = Omit<Pause, 'phase'> & { readonly phase: number };

/** The present brakes of an environment. */
export type Brakes = { readonly pauses: readonly Pause[]; readonly armed: readonly Armed[] };

/** The brakes as one phase sees them. */
export type PhaseBrakes = {
  /** The pause that stops the phase's automation; null: none. */
  readonly pause: Pause | null;
  /** ISO 8601: only rollbacks that started later count for the budget; null: the budget was never reset. */
  readonly armed_at: string | null;
};

/** Returns the brakes that the items below `PAUSE` in the state table store. */
export function brakesIn(items: readonly Readonly<Record<string, unknown>>[]): Brakes {
  const below = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix)).map(withoutKey);
  return {
    pauses: [...below(pauseKey.sk), ...below(phasePausePrefix)] as unknown as Pause[],
    armed: below(armedPrefix) as unknown as Armed[],
  };
}

const withoutKey = ({ pk, sk, ...item }: Readonly<Record<string, unknown>>) => item;

/**
 * Returns the instant, in milliseconds, from which rollbacks count for a phase's budget: those of a day, without those that
 * had begun when the budget was reset.
 */
export const budgetFrom = (aDayBefore: number, armedAt: string | null): number =>
  armedAt === null ? aDayBefore : Math.max(aDayBefore, Date.parse(armedAt) + 1);

/** Returns the brakes of one phase. A pause of every phase comes before the phase's own. */
export const brakesOf = ({ pauses, armed }: Brakes, phase: number): PhaseBrakes => ({
  pause: pauseAt(pauses, null) ?? pauseAt(pauses, phase) ?? null,
  armed_at: armed.find((one) => one.phase === phase)?.at ?? null,
});

/** Returns the pause of exactly this phase, or of every phase (null). */
export const pauseAt = (pauses: readonly Pause[], phase: number | null): Pause | undefined =>
  pauses.find((one) => (one.phase ?? null) === phase);

/** Returns a sentence with who paused automation, when and why. */
export const pauseSentence = ({ phase, operator, reason, at }: Pause): string =>
  `Automation${phase ? ` of phase ${phase}` : ''} has been paused since ${at} by ${operator}: ${reason}.`;

export type BrakeEventType = 'Automation paused' | 'Automation unpaused' | 'Budget reset';

/** A change of the brakes that is not in the history yet. */
export type BrakeChange = {
  /** Deterministic: a change that is appended twice is stored once. */
  readonly id: string;
  readonly type: BrakeEventType;
  readonly at: string;
  readonly detail: {
    readonly phase: number | null;
    readonly operator: string;
    readonly reason: string;
    /** The execution that made the change. */
    readonly by?: string;
  };
};

/** A change of the brakes in the environment's chain of them, with the fields of a rollback's event. */
export type BrakeEvent = BrakeChange & {
  readonly rollback: string;
  readonly sequence: number;
  readonly previous_hash: string;
  readonly hash: string;
};

/** Returns a change as the next event behind the others. */
export function chainedBrake(chain: string, events: readonly BrakeEvent[], change: BrakeChange): BrakeEvent {
  const last = events.at(-1);
  const { count, head }: Chain = last ? { count: last.sequence, head: last.hash } : emptyChain;
  const event = { ...change, rollback: chain, sequence: count + 1, previous_hash: head };
  return { ...event, hash: contentHash(event) };
}

/** A pause of an older version names no execution; its instant is unique enough. */
const nameOf = ({ by, at }: Pick<Pause, 'by' | 'at'>) => by ?? at;

const detailOf = ({ operator, reason, by }: Pause, phase: number | null) => ({
  phase,
  operator,
  reason,
  ...(by === undefined ? {} : { by }),
});

export const pausedEvent = (pause: Pause): BrakeChange => ({
  id: `paused/${nameOf(pause)}`,
  type: 'Automation paused',
  at: pause.at,
  detail: detailOf(pause, pause.phase ?? null),
});

/** Returns the event that ends a pause. Its id names the pause, so of two that end one pause the history takes one. */
export const unpausedEvent = (ended: Pause, by: Pause): BrakeChange => ({
  id: `unpaused/${nameOf(ended)}`,
  type: 'Automation unpaused',
  at: by.at,
  detail: detailOf(by, ended.phase ?? null),
});

export const armedEvent = (armed: Armed): BrakeChange => ({
  id: `armed/${nameOf(armed)}`,
  type: 'Budget reset',
  at: armed.at,
  detail: detailOf(armed, armed.phase),
});
