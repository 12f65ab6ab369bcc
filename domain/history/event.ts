import { contentHash } from '../content-hash.ts';

/** An event of a rollback that is not yet in its hash chain. */
export type Happened = {
  /** Deterministic: an event that is appended twice has the same id and is stored once. */
  readonly id: string;
  readonly type: EventType;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** An event in its rollback's hash chain: its position, the previous event's hash and its own. */
export type RollbackEvent = Happened & {
  readonly rollback: string;
  /** Position in the chain: from 1, without gaps. */
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
  'Decision passed over',
  'Versions looked at',
  'Hosts frozen',
  'Begins at step',
  'Narrowed to ill hosts',
  'Hosts lost',
  'Hosts shut down',
  'Waiting for the fleet',
  'Fleet taken',
  'Fleet lent',
  'Hosts already done',
  'Phases already done',
  'Hosts left out',
  'Step skipped',
  'Step passed over',
  'Flags overridden',
  'Target frozen',
  'Target not frozen',
  'Deployments held',
  'Deployments not held',
  'Step started',
  'Step done',
  'Step failed',
  'Planned',
  'Drill held',
  'Recovery confirmed',
  'Recovery not confirmed',
  'Message sent',
  'Message not sent',
  'Execution stopped',
  'Limit at risk',
  'Limit missed',
  'Rollback closed',
  'Fleet kept',
  'Fleet released',
  'Acknowledged',
  'Annotated',
  'Reviewed',
  'Follow-up begun',
  'Checked afterwards',
  'Task opened',
  'Task assigned',
  'Task completed',
  'Evidence collected',
  'Report drafted',
  'Report accepted',
  'Followed up',
  'History caught up',
  'Sealed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Returns the event that names the person whose credentials started an execution (`by`). The brakes' chain has it too. */
export const principalEvent = (by: string, principal: string, at: string) =>
  ({ id: `principal-verified/${by}`, type: 'Principal verified', at, detail: { by, principal } }) as const;

/** The end of a rollback's chain: the number of events, and the hash of the last. */
export type Chain = { readonly count: number; readonly head: string };

/** The end of a chain that has no event yet: 64 zeros instead of a hash. */
export const emptyChain: Chain = { count: 0, head: '0'.repeat(64) };

/** Returns an event as the next one of a chain. Its hash is SHA-256 over its canonical JSON (RFC 8785) without the hash. */
export function chained(rollback: string, { count, head }: Chain, happened: Happened): RollbackEvent {
  const event = { ...happened, rollback, sequence: count + 1, previous_hash: head };
  return { ...event, hash: contentHash(event) };
}

/** An event to append; a function makes it of the chain before it, or returns undefined if nothing is to be added. */
export type ToAppend = Happened | ((before: readonly RollbackEvent[]) => Happened | undefined);

/** Returns a chain with more events. Those whose id it has already are left out. */
export function chainWith(
  rollback: string,
  known: readonly RollbackEvent[],
  more: readonly ToAppend[],
): RollbackEvent[] {
  const all = [...known];
  for (const one of more) {
    const happened = typeof one === 'function' ? one(all) : one;
    if (happened && !all.some(({ id }) => id === happened.id)) all.push(chained(rollback, endOf(all), happened));
  }
  return all;
}

/** Returns the end of the chain of which this is the last event. */
export const chainAfter = ({ sequence, hash }: RollbackEvent): Chain => ({ count: sequence, head: hash });

/** Returns the end of a chain from all its events, in order. */
export function endOf(events: readonly RollbackEvent[]): Chain {
  const last = events.at(-1);
  return last ? chainAfter(last) : emptyChain;
}

/** Whether a file holds a list of events here: their fields may be any, so that a forged one becomes a finding. */
export const isEventList = (found: unknown): boolean =>
  Array.isArray(found) && found.every((event) => isObject(event) && isObject(event.detail));

const isObject = (found: unknown) => Object(found) === found;

/** Returns the sequence number at which the chain first breaks (changed, missing or out of place); undefined if intact. */
export function firstBreak(
  events: readonly Pick<RollbackEvent, 'sequence' | 'previous_hash' | 'hash'>[],
): number | undefined {
  let chain = emptyChain;
  for (const { hash, ...event } of events) {
    if (event.sequence !== chain.count + 1 || event.previous_hash !== chain.head || contentHash(event) !== hash)
      return chain.count + 1;
    chain = { count: event.sequence, head: hash };
  }
  return undefined;
}
