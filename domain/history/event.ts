import { contentHash } from '../content-hash.ts';

/** Something that happened to a rollback, before it has a place in the chain. */
export type Happened = {
  /** Deterministic: the same happening told twice has the same id and is stored once. */
  readonly id: string;
  readonly type: EventType;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** A stored event: where it stands in its rollback's chain, and the hash that the next one carries. */
export type RollbackEvent = Happened & {
  readonly rollback: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly previous_hash: string;
  readonly hash: string;
};

export const eventTypes = [
  'Rollback opened',
  'Alarm repeated',
  'Alarm joined',
  'Principal verified',
  'Severity assessed',
  'Decided',
  'Question asked',
  'Answer given',
  'Question settled',
  'Hosts frozen',
  'Waiting for the fleet',
  'Fleet taken',
  'Flags overridden',
  'Step started',
  'Step done',
  'Step failed',
  'Planned',
  'Recovery confirmed',
  'Recovery not confirmed',
  'Message sent',
  'Message not sent',
  'Execution stopped',
  'Limit at risk',
  'Limit missed',
  'Rollback closed',
  'Fleet released',
  'History caught up',
  'Sealed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** The end of a rollback's chain: how many events there are, and the last one's hash. */
export type Chain = { readonly count: number; readonly head: string };

/** Before the first event. */
export const emptyChain: Chain = { count: 0, head: '0'.repeat(64) };

/** Gives an event its place at the end of the chain. SHA-256 over its canonical JSON (RFC 8785) without the hash. */
export function chained(rollback: string, { count, head }: Chain, happened: Happened): RollbackEvent {
  const event = { ...happened, rollback, sequence: count + 1, previous_hash: head };
  return { ...event, hash: contentHash(event) };
}

export const chainAfter = ({ sequence, hash }: RollbackEvent): Chain => ({ count: sequence, head: hash });

/** The end of a chain that is given whole. */
export function endOf(events: readonly RollbackEvent[]): Chain {
  const last = events.at(-1);
  return last ? chainAfter(last) : emptyChain;
}

/** The sequence number of the first event that does not fit (changed, missing or out of place); undefined if intact. */
export function firstBreak(events: readonly RollbackEvent[]): number | undefined {
  let chain = emptyChain;
  for (const { hash, ...event } of events) {
    if (event.sequence !== chain.count + 1 || event.previous_hash !== chain.head || contentHash(event) !== hash)
      return chain.count + 1;
    chain = { count: event.sequence, head: hash };
  }
  return undefined;
}
