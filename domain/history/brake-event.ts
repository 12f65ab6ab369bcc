import type { Armed, Block, Brake, HeldKind, Pause } from '../brakes/brakes.ts';
import { type BrakeAction, changeOf } from '../brakes/brakes-request.ts';
import { contentHash } from '../content-hash.ts';
import type { FlagValue } from '../flag.ts';
import type { Strategy } from '../flags/set-flag-request.ts';
import { type Chain, emptyChain } from './event.ts';

/** The events that begin and end a brake, and the beginnings of their ids. */
const heldEvents = {
  pause: { set: 'Automation paused', ended: 'Automation unpaused', ids: ['paused', 'unpaused'] },
  freeze: { set: 'Deployments frozen', ended: 'Deployments unfrozen', ids: ['frozen', 'unfrozen'] },
  block: { set: 'Version blocked', ended: 'Version unblocked', ids: ['blocked', 'unblocked'] },
} as const satisfies Readonly<Record<HeldKind, unknown>>;

/** Halts of trading, and how they ended: by people, and recorded in the chain of the brakes (trading-event.ts). */
export const tradingEventTypes = [
  'Trading halted',
  'Halt failed',
  'Resume asked',
  'Resume refused',
  'Trading resumed',
] as const;
export type TradingEventType = (typeof tradingEventTypes)[number];

export type BrakeEventType =
  | (typeof heldEvents)[HeldKind]['set' | 'ended']
  | 'Budget reset'
  /** A person took a wrong record of a deployment back. */
  | 'Deployment withdrawn'
  /** A person set a flag of the normal layer; AppConfig took the value back. */
  | 'Flag set'
  | 'Flag rolled back'
  | TradingEventType
  /** The person whose credentials made a change; `detail.by` is the change's execution. */
  | 'Principal verified';

/** Whether an event is that of a halt or a resume. */
export const isTradingEvent = (type: BrakeEventType): type is TradingEventType =>
  tradingEventTypes.some((one) => one === type);

/** Returns the type of the event that an action leaves. */
export function eventTypeOf(action: BrakeAction): BrakeEventType {
  if (action === 'arm') return 'Budget reset';
  if (action === 'withdraw') return 'Deployment withdrawn';
  const { kind, ends } = changeOf(action);
  return heldEvents[kind][ends ? 'ended' : 'set'];
}

/** A change of the brakes that is not in the history yet. */
export type BrakeChange = {
  /** Deterministic: a change that is appended twice is stored once. */
  readonly id: string;
  readonly type: BrakeEventType;
  readonly at: string;
  readonly detail: {
    readonly phase?: number | null;
    /** null: a rollback made the change. */
    readonly operator?: string | null;
    readonly reason?: string;
    readonly version?: string;
    /** When the withdrawn record says that the version was deployed. */
    readonly deployed_at?: string;
    /** The rollback that undid the version, and so blocked it. */
    readonly rollback?: string;
    readonly now?: true;
    /** A flag of the normal layer: its value, the one before, and AppConfig's number of the deployment. */
    readonly flag?: string;
    readonly value?: FlagValue;
    readonly before?: FlagValue | null;
    readonly strategy?: Strategy;
    readonly deployment?: number;
    /** The flag was set although deployments were frozen. */
    readonly despite_freeze?: true;
    /** Why AppConfig took the value back. */
    readonly why?: string;
    /** The number of hosts whose trading was halted or resumed; null beside `only`: all of the fleet. */
    readonly hosts?: number;
    readonly only?: readonly string[] | null;
    readonly confirmed?: number;
    readonly not_confirmed?: readonly string[];
    /** The halts that end. */
    readonly halts?: readonly string[];
    /** The number of times that the fleet had been taken when a person asked for trading to resume. */
    readonly fence?: number;
    readonly approved_by?: readonly string[];
    /** Rollbacks that stopped half way, of which the person who wanted trading to resume knew. Absent: none. */
    readonly despite?: readonly string[];
    /** Why trading was not halted or not resumed. */
    readonly problem?: string;
    /** The execution that made the change. */
    readonly by?: string;
    /** The verified person. */
    readonly principal?: string;
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

/**
 * A pause of an older version names no execution; its instant is unique enough. An execution of several phases blocks a version
 * in each of them.
 */
const nameOf = ({ by, at, ...brake }: Brake | Block | Armed) =>
  `${by ?? at}${'rollback' in brake ? `/${brake.phase}` : ''}`;

const detailOf = ({ operator, reason, by }: Brake, place: Partial<Pause & Block>) => ({
  phase: place.phase ?? null,
  operator,
  reason,
  ...(place.version === undefined ? {} : { version: place.version }),
  ...(place.rollback === undefined ? {} : { rollback: place.rollback }),
  ...(place.now ? { now: place.now } : {}),
  ...(by === undefined ? {} : { by }),
});

/** Returns the event by which a brake began to hold. */
export const setEvent = (kind: HeldKind, brake: Brake | Pause | Block): BrakeChange => ({
  id: `${heldEvents[kind].ids[0]}/${nameOf(brake)}`,
  type: eventTypeOf(kind),
  at: brake.at,
  detail: detailOf(brake, brake),
});

/** Returns the event that ends a brake. Its id names the brake, so of two that end one brake the history takes one. */
export const endedEvent = (kind: HeldKind, ended: Brake | Block, by: Brake): BrakeChange => ({
  id: `${heldEvents[kind].ids[1]}/${nameOf(ended)}`,
  type: eventTypeOf(`un${kind}`),
  at: by.at,
  detail: detailOf(by, { phase: ended.phase ?? null, ...('version' in ended ? { version: ended.version } : {}) }),
});

/** Whether an event ended a brake of this kind. */
export const isEndOf = (kind: HeldKind, { type }: Pick<BrakeEvent, 'type'>): boolean =>
  type === eventTypeOf(`un${kind}`);

export const armedEvent = (armed: Armed): BrakeChange => ({
  id: `armed/${nameOf(armed)}`,
  type: eventTypeOf('arm'),
  at: armed.at,
  detail: detailOf(armed, { phase: armed.phase }),
});

/** Returns the event that takes a record of a deployment back. Its id names the record, so of two people the history takes one. */
export const withdrawnEvent = (
  by: Brake,
  { phase, version, at }: { readonly phase: number; readonly version: string; readonly at: string },
): BrakeChange => ({
  id: `withdrawn/${phase}/${at}`,
  type: eventTypeOf('withdraw'),
  at: by.at,
  detail: { ...detailOf(by, { phase, version }), deployed_at: at },
});
