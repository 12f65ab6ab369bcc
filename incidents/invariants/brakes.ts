import { type UndoneBy, undoneIn } from '../../domain/history/blocks-of-rollbacks.ts';
import { type BrakeEvent, eventTypeOf, isEndOf } from '../../domain/history/brake-event.ts';
import { verifyBrakes } from '../../domain/history/verify-brakes.ts';
import { blockedKey, brakesChain, eventsOf } from '../../domain/tables.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

export const pausedMeansAsked: Invariant = {
  name: 'paused-means-asked',
  says: 'While automation is paused, no rollback begins by itself.',
  breaks: (evidence) => {
    const pauses = pausesOf(brakeEvents(evidence));
    return evidence.rollbacks.flatMap((rollback) =>
      beganByItself(rollback).flatMap((at) => {
        const pause = pauses.find(
          ({ phase, from, to }) => [null, rollback.phase].includes(phase) && from < at && at < to,
        );
        if (!pause) return [];
        return [
          `${named(rollback)} began by itself at ${isoOf(at)}, although it was paused since ${isoOf(pause.from)}`,
        ];
      }),
    );
  },
};

/** An invocation may take so long between its look at the brakes and the event, and a block so long to be stored. */
const blockTakesMilliseconds = 300_000;

export const blockedMeansNotRestored: Invariant = {
  name: 'blocked-means-not-restored',
  says: 'While a version is blocked, no rollback begins to restore it.',
  breaks: (evidence) => {
    const blocks = blocksOf(brakeEvents(evidence));
    return evidence.rollbacks.flatMap((rollback) =>
      rollback.events.flatMap(({ type, at, detail }) => {
        if (type !== 'Target frozen') return [];
        const frozen = milliseconds(at);
        const restored = phaseOfStep(rollback, String(detail['step']));
        const block = blocks.find(
          ({ phase, version, from, to }) =>
            [null, restored].includes(phase) &&
            version === detail['version'] &&
            from + blockTakesMilliseconds < frozen &&
            frozen < to,
        );
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
    const brakes = { events: brakeEvents(evidence), held: null, executions: new Map(), undone };
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
    const ended = brakeEvents(evidence).filter((event) => isEndOf('block', event));
    return evidence.rollbacks.flatMap((rollback) => {
      const undone = undoneIn(rollback.events, 0);
      if (undone === undefined || undone === 'late') return [];
      return undone.versions
        .filter(({ version, phase }) => {
          const { pk, sk } = blockedKey(version, phase);
          const isHeld = evidence.state.some((item) => item.pk === pk && item.sk === sk);
          return !isHeld && !ended.some(({ detail }) => detail.version === version && detail.phase === phase);
        })
        .map(({ version, phase }) => `${named(rollback)} undid ${version} of phase ${phase}, and it is not blocked`);
    });
  },
};

const isoOf = (at: number) => new Date(at).toISOString();

const brakeEvents = ({ history }: Evidence): BrakeEvent[] =>
  history
    .filter(({ pk }) => pk === eventsOf(brakesChain))
    .map(({ pk: _, sk: __, ...event }) => event as unknown as BrakeEvent);

type Span = { readonly phase: number | null; readonly from: number; readonly to: number };

/** Returns from when to when each pause held. One that took the place of another continues it. */
const pausesOf = (events: readonly BrakeEvent[]): Span[] =>
  events.flatMap((event) => {
    if (event.type !== eventTypeOf('pause')) return [];
    const phase = event.detail.phase ?? null;
    const end = events.find(
      (one) => one.sequence > event.sequence && isEndOf('pause', one) && (one.detail.phase ?? null) === phase,
    );
    return [{ phase, from: milliseconds(event.at), to: end ? milliseconds(end.at) : Number.POSITIVE_INFINITY }];
  });

/** Returns from when to when each version was blocked. */
const blocksOf = (events: readonly BrakeEvent[]): (Span & { readonly version: string })[] =>
  events.flatMap((event) => {
    if (event.type !== eventTypeOf('block')) return [];
    const phase = event.detail.phase ?? null;
    const version = String(event.detail.version);
    const end = events.find(
      (one) =>
        one.sequence > event.sequence &&
        isEndOf('block', one) &&
        (one.detail.phase ?? null) === phase &&
        one.detail.version === version,
    );
    return [
      { phase, version, from: milliseconds(event.at), to: end ? milliseconds(end.at) : Number.POSITIVE_INFINITY },
    ];
  });

/** Returns the instants at which a rollback of an alarm was decided to act, without the answer of a person. */
function beganByItself({ record, events }: Rollback): number[] {
  if (!record || record.alarm === null) return [];
  return events.flatMap(({ id, type, at, detail }) => {
    if (type !== 'Decided' || detail['decision'] !== 'act') return [];
    const asked = Number(id.slice('decided/'.length)) - 1; // a question's decision has the next number
    const question = record.questions.find(({ number }) => number === asked);
    return question?.outcome === 'rollback' ? [] : [milliseconds(at)];
  });
}
