import { isDeepStrictEqual } from 'node:util';
import type { HeldKind } from '../../domain/brakes/brakes.ts';
import { type UndoneBy, undoneIn } from '../../domain/history/blocks-of-rollbacks.ts';
import { type BrakeEvent, eventTypeOf, isEndOf } from '../../domain/history/brake-event.ts';
import { verifyBrakes } from '../../domain/history/verify-brakes.ts';
import { phasesOf } from '../../domain/phases.ts';
import { blockedKey } from '../../domain/tables.ts';
import { brakeEventsIn, type Evidence, type Rollback } from '../evidence.ts';
import { beganByItself } from './began-by-itself.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

export const pausedMeansAsked: Invariant = {
  name: 'paused-means-asked',
  says: 'While automation is paused, no rollback begins by itself.',
  breaks: (evidence) => {
    const pauses = spansOf('pause', evidence);
    return evidence.rollbacks.flatMap((rollback) =>
      beganByItself(rollback).flatMap((at) => {
        const pause = seenAt(pauses, rollback, at);
        if (!pause) return [];
        return [
          `${named(rollback)} began by itself at ${isoOf(at)}, although it was paused since ${isoOf(pause.from)}`,
        ];
      }),
    );
  },
};

export const blockedMeansNotRestored: Invariant = {
  name: 'blocked-means-not-restored',
  says: 'While a version is blocked, no rollback begins to restore it.',
  breaks: (evidence) => {
    const blocks = spansOf('block', evidence);
    return evidence.rollbacks.flatMap((rollback) =>
      rollback.events.flatMap(({ type, at, detail }) => {
        if (type !== 'Target frozen') return [];
        const names = [detail['version'], detail['deployed_as']];
        const ofTarget = blocks.filter(({ version }) => names.includes(version));
        const restored = { ...rollback, record: undefined, phase: phaseOfStep(rollback, String(detail['step'])) };
        const block = seenAt(ofTarget, restored, milliseconds(at));
        if (!block) return [];
        return [
          `${named(rollback)} restored ${block.version} at ${at}, although it was blocked since ${isoOf(block.from)}`,
        ];
      }),
    );
  },
};

/** Each phase of a rollback of several restores a version of its own, in a step whose id begins with the phase. */
const phaseOfStep = ({ record, phase }: Rollback, step: string): number =>
  record?.phases ? Number(/^phase-(\d+)-/.exec(step)?.[1]) : phase;

export const brakesVerify: Invariant = {
  name: 'brakes-verify',
  says: 'The history of the brakes is one chain, and its links confirm it.',
  breaks: (evidence) => {
    const links = evidence.history.filter(({ kind }) => kind === 'brakes changed');
    const claims = links.map(({ count, head, sk }) => ({
      count: Number(count),
      head: String(head),
      says: `link ${sk}`,
    }));
    // Not with what holds now: while the history is down, a brake is set without its event.
    const undone = new Map(evidence.rollbacks.flatMap(({ id, events }) => undoneEntry(id, events)));
    const brakes = { events: brakeEventsIn(evidence), held: null, executions: new Map(), undone };
    return verifyBrakes(brakes, claims, evidence.end).findings.map(({ says }) => says);
  },
};

const undoneEntry = (id: string, events: Rollback['events']): [string, UndoneBy][] => {
  const undone = undoneIn(events, 0);
  return undone ? [[id, undone]] : [];
};

/** A rollback's ending is written after its blocks, and a person may unblock a version meanwhile. */
export const undoneMeansBlocked: Invariant = {
  name: 'undone-means-blocked',
  says: 'A version that a rollback undid is blocked, unless a person has unblocked it.',
  breaks: (evidence) => {
    const ended = brakeEventsIn(evidence).filter((event) => isEndOf('block', event));
    return evidence.rollbacks.flatMap((rollback) => {
      const undone = undoneIn(rollback.events, 0);
      if (undone === 'late') return [];
      if (undone === undefined) return unnamed(rollback);
      // A closing that could not read what was undone may have been one of a rollback that never touched a host.
      const versions = undone.isCertain || hasBegunToUndo(rollback) ? undone.versions : [];
      return versions
        .filter(({ version, phase }) => {
          const { pk, sk } = blockedKey(version, phase);
          const isHeld = evidence.state.some((item) => item.pk === pk && item.sk === sk);
          return !isHeld && !ended.some(({ detail }) => detail.version === version && detail.phase === phase);
        })
        .map(({ version, phase }) => `${named(rollback)} undid ${version} of phase ${phase}, and it is not blocked`);
    });
  },
};

const unnamed = (rollback: Rollback): string[] =>
  hasBegunToUndo(rollback)
    ? [`${named(rollback)} has begun to undo a version, and its ending names none that it undid`]
    : [];

/** Whether a rollback of one phase has ended, after it began its steps on a fleet with another version than the target. */
function hasBegunToUndo({ record, events }: Rollback): boolean {
  if (!record?.ending || record.phases || record.only_hosts !== null || record.mode !== 'live') return false;
  const { deployment } = record;
  if (!deployment || deployment.version === events[0]?.detail['target_version']) return false;
  return events.some(({ type }) => type === 'Step started');
}

const isoOf = (at: number) => new Date(at).toISOString();

/** The time during which a brake held for a phase; null: for every phase. */
type Span = {
  readonly phase: number | null;
  readonly version: string | undefined;
  readonly from: number;
  readonly to: number;
};

/** Returns from when to when each brake of a kind held. One that took the place of another continues it. */
function spansOf(kind: HeldKind, evidence: Evidence): Span[] {
  const events = brakeEventsIn(evidence);
  const placeOf = ({ detail: { phase = null, version } }: BrakeEvent) => ({ phase, version });
  return events
    .filter(({ type }) => type === eventTypeOf(kind))
    .map((event) => {
      const end = events.find(
        (one) => one.sequence > event.sequence && isEndOf(kind, one) && isDeepStrictEqual(placeOf(one), placeOf(event)),
      );
      return {
        ...placeOf(event),
        from: milliseconds(event.at),
        to: end ? milliseconds(end.at) : Number.POSITIVE_INFINITY,
      };
    });
}

/**
 * A brake is stored later than its instant, and an invocation looks at the brakes before the instant of its event. Each may take
 * so long.
 */
const lateMilliseconds = 300_000;

/** Returns the brake that a rollback must have seen when it did something at an instant. */
const seenAt = (spans: readonly Span[], { phase, record }: Rollback, at: number): Span | undefined =>
  spans.find(
    (span) =>
      (span.phase === null || phasesOf(record ?? { phase }).includes(span.phase)) &&
      span.from + lateMilliseconds < at &&
      at < span.to,
  );
