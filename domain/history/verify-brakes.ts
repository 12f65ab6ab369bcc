import { type Armed, type Brakes, brakeSentence, type HeldKind, heldKinds, heldOf } from '../brakes/brakes.ts';
import { parseBrakes } from '../brakes/brakes-request.ts';
import { contentHash } from '../content-hash.ts';
import { parseSetFlag } from '../flags/set-flag-request.ts';
import { contradictedByRollbacks, type UndoneBy } from './blocks-of-rollbacks.ts';
import { type BrakeEvent, eventTypeOf, isEndOf, isTradingEvent, setEvent } from './brake-event.ts';
import { firstBreak } from './event.ts';
import type { Finding } from './link.ts';
import { otherRequestThan } from './trading-event.ts';

/** Everything that is compared to verify the brakes of an environment. */
export type BrakesEvidence = {
  readonly events: readonly BrakeEvent[];
  /** The present brakes in the state table; null: not read, because the history is verified from files. */
  readonly held: Brakes | null;
  /** The executions that made the changes, by ARN. */
  readonly executions: ReadonlyMap<string, 'missing' | 'unreadable' | { readonly input: unknown }>;
  /** The versions that rollbacks undid, by the rollback's id, of all rollbacks. Absent: not read. */
  readonly undone?: ReadonlyMap<string, UndoneBy>;
};

/** A statement of a link or an export that the chain of the brakes had this event. */
type Claim = { readonly count: number; readonly head: string; readonly says: string };

type Verdict = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

/** A person is told within this time that the history did not take an event, and repeats the command. */
const graceMilliseconds = 10 * 60_000;

const isYoung = (at: string, now: number) => Math.abs(now - Date.parse(at)) < graceMilliseconds;

/**
 * Verifies the history of the brakes: its own chain of hashes, what links and exports claim of it, the brakes that hold now, and the
 * executions and rollbacks that made the changes. A brake that no event set, and one that is gone without an event, are findings: both are possible
 * for whoever may write to the state table.
 */
export function verifyBrakes(evidence: BrakesEvidence, claims: readonly Claim[], now: number): Verdict {
  const { events, held } = evidence;
  const broken = firstBreak(events);
  const says = [
    ...(broken === undefined ? [] : [`CHANGED: event ${broken} of the brakes does not continue the chain of hashes`]),
    ...claims.flatMap((claim) => contradicted(events, claim)),
    ...(held ? [...withoutEvent(events, held, now), ...withoutItem(events, held, now)] : []),
    ...contradictedByExecutions(evidence),
    ...(evidence.undone ? contradictedByRollbacks(events, evidence.undone, now) : []),
  ];
  return { findings: says.map((one) => ({ rollback: null, says: one })), notes: unlinked(events, claims, now) };
}

function contradicted(events: readonly BrakeEvent[], { count, head, says }: Claim): string[] {
  const hash = events[count - 1]?.hash;
  if (hash === head) return [];
  return hash === undefined
    ? [`DELETED: event ${count} of the brakes is missing (${says})`]
    : [`CHANGED: event ${count} of the brakes is another one (${says})`];
}

/** Returns the events that no link confirms: an older version wrote none, and the next change confirms them. */
function unlinked(events: readonly BrakeEvent[], claims: readonly Claim[], now: number): string[] {
  const covered = Math.max(0, ...claims.map(({ count }) => count));
  const late = events.slice(covered).filter(({ at }) => !isYoung(at, now));
  return late.length === 0 ? [] : [`events ${covered + 1} to ${events.length} of the brakes have no link yet`];
}

/** Returns the present brakes that no event set, that an event ended, or that differ from their event. */
const withoutEvent = (events: readonly BrakeEvent[], held: Brakes, now: number): string[] => [
  ...heldKinds.flatMap((kind) =>
    heldOf(held, kind).flatMap((brake) => {
      const expected = setEvent(kind, brake);
      const event = events.find(({ id }) => id === expected.id);
      const sentence = brakeSentence(kind, brake);
      if (!event) return isYoung(brake.at, now) ? [] : [`ADDED: no event of the brakes set this: ${sentence}`];
      if (contentHash(event.detail) !== contentHash(expected.detail) || event.at !== expected.at)
        return [`CHANGED: event ${event.sequence} of the brakes set another brake than this: ${sentence}`];
      const end = endOf(events, kind, event);
      return end && !isYoung(end.at, now)
        ? [`ADDED: event ${end.sequence} of the brakes had ended this: ${sentence}`]
        : [];
    }),
  ),
  ...held.armed.flatMap((armed) => armedWithoutEvent(events, armed, now)),
];

function armedWithoutEvent(events: readonly BrakeEvent[], armed: Armed, now: number): string[] {
  const id = `armed/${armed.by ?? armed.at}`;
  const event = events.find((one) => one.id === id);
  const place = `the reset of the budget of phase ${armed.phase} at ${armed.at} by ${armed.operator}`;
  if (!event) return isYoung(armed.at, now) ? [] : [`ADDED: no event of the brakes has ${place}`];
  return event.at === armed.at && event.detail.operator === armed.operator && event.detail.phase === armed.phase
    ? []
    : [`CHANGED: event ${event.sequence} of the brakes is another one than ${place}`];
}

/** Returns the brakes that an event set and none ended, and that the state table does not hold. */
const withoutItem = (events: readonly BrakeEvent[], held: Brakes, now: number): string[] =>
  heldKinds.flatMap((kind) =>
    events
      .filter(
        (event) => event.id.startsWith(beginningOf(kind)) && !isYoung(event.at, now) && !endOf(events, kind, event),
      )
      .filter((event) => !isReplaced(events, event))
      .filter(({ id }) => !heldOf(held, kind).some((brake) => setEvent(kind, brake).id === id))
      .map(
        ({ sequence, type }) => `DELETED: event ${sequence} of the brakes (${type}) still holds, and its item is gone`,
      ),
  );

/** A pause with `now` takes the place of the pause before it, which then needs no end. */
const isReplaced = (events: readonly BrakeEvent[], { type, sequence, detail }: BrakeEvent): boolean =>
  type === eventTypeOf('pause') &&
  events.some(
    (later) =>
      later.sequence > sequence && later.type === type && later.detail.now && later.detail.phase === detail.phase,
  );

const beginningOf = (kind: HeldKind) => setEvent(kind, { operator: '', reason: '', at: '' }).id;

/** Returns the event that ended the brake which an event set: its id has the same execution. */
const endOf = (events: readonly BrakeEvent[], kind: HeldKind, set: BrakeEvent): BrakeEvent | undefined =>
  events.find(
    (event) => isEndOf(kind, event) && event.id.slice(event.id.indexOf('/')) === set.id.slice(set.id.indexOf('/')),
  );

/** A person makes a change by an execution of the machine brakes or change-flag. A rollback's block names the rollback's own. */
const isOfExecution = ({ type, detail }: BrakeEvent): boolean =>
  type !== 'Principal verified' && detail.rollback === undefined;

/** Returns the executions by which people made the changes, by the history. */
export const executionsOfBrakes = (events: readonly BrakeEvent[]): string[] => [
  ...new Set(events.flatMap((event) => (isOfExecution(event) && event.detail.by ? [event.detail.by] : []))),
];

/** Returns the changes that their executions contradict. One that Step Functions has deleted contradicts nothing. */
const contradictedByExecutions = ({ events, executions }: BrakesEvidence): string[] =>
  events.flatMap((event) => {
    const { by } = event.detail;
    const execution = isOfExecution(event) && by ? executions.get(by) : undefined;
    if (execution === undefined || typeof execution === 'string') return [];
    const other = otherThan(event, execution.input);
    return other ? [`CHANGED: event ${event.sequence} of the brakes (${event.type}): ${by} has another ${other}`] : [];
  });

/** Returns the first field of an event that differs from the input of its execution; undefined if all agree. */
function otherThan({ type, detail }: BrakeEvent, input: unknown): string | undefined {
  if (type === 'Flag set' || type === 'Flag rolled back') return otherFlagThan(detail, input);
  if (isTradingEvent(type)) return otherRequestThan(type, detail, input);
  try {
    const asked = parseBrakes(input);
    if (eventTypeOf(asked.action) !== type) return 'action';
    return (['operator', 'reason', 'phase', 'version', 'now'] as const).find(
      (name) => (asked[name] ?? null) !== (detail[name] ?? null),
    );
  } catch {
    return 'input';
  }
}

function otherFlagThan(detail: BrakeEvent['detail'], input: unknown): string | undefined {
  try {
    const asked = parseSetFlag(input);
    return (['flag', 'value', 'strategy', 'operator', 'reason', 'despite_freeze'] as const).find(
      (name) => asked[name] !== detail[name],
    );
  } catch {
    return 'input';
  }
}

/** Returns the verified person of each execution that changed the brakes. */
export const principalsOfBrakes = (events: readonly BrakeEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap(({ type, detail }) =>
      type === 'Principal verified' && detail.by && detail.principal ? [[detail.by, detail.principal]] : [],
    ),
  );
