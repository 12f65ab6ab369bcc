import { counted } from '../counted.ts';
import type { Ending } from '../ending.ts';
import type { RollbackEvent } from '../history/event.ts';
import { keptFleet, otherWords } from '../history/kept-fleet.ts';
import type { QuestionRecord } from '../history/question-record.ts';
import type { RollbackRecord } from '../history/record.ts';
import { questionTexts } from '../question/question.ts';
import { type AfterTheEnd, nothingAfter } from './after-the-end.ts';
import { type PartOfFleet, partOfFleet } from './part-of-fleet.ts';
import { cut, hostWords } from './shown.ts';

/** The urgency of a rollback for its reader: `act` needs a person now, `running` goes on by itself, `good` is over. */
export type Tone = 'act' | 'running' | 'good' | 'uncertain' | 'neutral';

/** The present state of a rollback: the first thing that its page says. Texts are plain, not HTML. */
export type Standing = {
  readonly tone: Tone;
  /** A few words: the ending, or what it waits for. */
  readonly title: string;
  readonly says: string;
  /** ISO 8601: the next instant that matters; null: nothing is awaited. */
  readonly deadline: string | null;
  /** The person who must act; null: nobody must. */
  readonly acts: string | null;
};

/** Returns the present state of a rollback, by its record and events, and by what is known about the time after its end. */
export function standingOf(
  record: RollbackRecord,
  events: readonly RollbackEvent[],
  after: AfterTheEnd = nothingAfter,
): Standing {
  const { ending } = record;
  if (ending !== null) {
    const standing = ended(record, ending, { events, later: after.later });
    return withWhatFollowed(ending === 'Needs a person' ? withHeard(standing, events, 'ending') : standing, after);
  }
  const standing = openStanding(record, events);
  return { ...standing, says: [standing.says, ...after.says].join(' ') };
}

/** Nothing that went well at the end is good news for a reader who must act now. */
function withWhatFollowed(before: Standing, { says, urgent, halted, told }: AfterTheEnd): Standing {
  if (says.length === 0) return before;
  const standing = { ...before, says: [...says, before.says].join(' ') };
  if (!urgent) return { ...standing, tone: standing.tone === 'good' ? 'neutral' : standing.tone };
  const isHalted = halted.length > 0 || told !== null;
  const who = isHalted ? 'the Technical Lead or Operations, unless trading was resumed since' : whoLooks;
  return {
    ...standing,
    tone: 'act',
    acts:
      standing.acts === null
        ? who
        : isHalted
          ? `${standing.acts}; and ${who}`
          : `${standing.acts}; they also look at what followed`,
  };
}

const whoLooks = 'the Technical Lead or Operations, who look at what followed';

function openStanding(record: RollbackRecord, events: readonly RollbackEvent[]): Standing {
  const open = record.questions.find(({ outcome }) => outcome === null);
  if (open) return waitingForAnAnswer(open, events);
  const last = events.findLast(({ type }) => type === 'Waiting for the fleet' || type === 'Fleet taken');
  if (last?.type === 'Waiting for the fleet') return waitingForTheFleet(record, last);
  return running(record);
}

function waitingForAnAnswer(
  { number, kind, deadline, why }: QuestionRecord,
  events: readonly RollbackEvent[],
): Standing {
  const asked = events.find(({ type, detail }) => type === 'Question asked' && detail['number'] === number)?.detail;
  const approvers = Number(asked?.['approvers'] ?? 1);
  const standing: Standing = {
    tone: 'act',
    title: 'Waiting for an answer',
    says: `${questionTexts[kind]} ${why.join(' ')} Without an answer: ${asked?.['at_deadline'] ?? 'not known'}`,
    deadline,
    acts: approvers > 1 ? `${approvers} different, verified people` : 'one person: the Technical Lead or Operations',
  };
  return withHeard(standing, events, 'question', number);
}

/** Adds the people who heard the page: nobody else is called after them, so a reader must know to whom to talk. */
function withHeard(
  standing: Standing,
  events: readonly RollbackEvent[],
  about: 'question' | 'ending',
  number?: number,
): Standing {
  const heard = events
    .filter(({ type, detail }) => type === 'Acknowledged' && detail['about'] === about)
    .filter(({ detail }) => number === undefined || detail['number'] === number)
    .map(({ at, detail }) => `${String(detail['operator'])} heard it at ${at}`);
  if (standing.acts === null || heard.length === 0) return standing;
  return { ...standing, acts: [standing.acts, ...heard].join('; ') };
}

function waitingForTheFleet({ deadline }: RollbackRecord, { detail }: RollbackEvent): Standing {
  const holder = detail['holder'] === undefined ? 'another rollback' : `rollback ${String(detail['holder'])}`;
  return {
    tone: 'running',
    title: 'Waiting for the fleet',
    says: `The fleet is held by ${holder}. This rollback goes on by itself once the fleet is free.`,
    deadline,
    acts: null,
  };
}

function running({ steps, deadline, fence }: RollbackRecord): Standing {
  const now = steps.findLast(({ verdict }) => verdict === 'running' || verdict === 'failed');
  const done = steps.filter(({ verdict }) => verdict === 'done').length;
  const begun = `${counted(done, 'step')} done${now ? `; then: ${now.step}, attempt ${now.attempts}` : ''}.`;
  return {
    tone: 'running',
    title: fence === null ? 'Opened' : 'Rolling back',
    says: fence === null ? 'No host has been touched yet.' : begun,
    deadline,
    acts: null,
  };
}

/** The tone of each ending that does not need a look at the rollback. */
const tones: Readonly<Record<Ending, Tone>> = {
  'Rolled back': 'good',
  'Rolled back, unverified': 'uncertain',
  'Stood down': 'neutral',
  'Fix forward': 'uncertain',
  'Deferred to next release': 'neutral',
  'Observed only': 'neutral',
  Planned: 'neutral',
  'Not planned': 'uncertain',
  'Drill passed': 'good',
  'Drill failed': 'uncertain',
  'Drill yielded': 'neutral',
  'Drill stopped': 'uncertain',
  'Needs a person': 'act',
  'Joined the active rollback': 'neutral',
  'Already handled': 'neutral',
  'Stale alarm ignored': 'neutral',
  'Market not open': 'neutral',
};

/** The meaning of each ending, for a reader who knows neither the product nor its terms. */
const meanings: Readonly<Record<Ending, string>> = {
  'Rolled back':
    'At its end every host had done every step, was at the target version and healthy, and no alarm of the phase was red.',
  'Rolled back, unverified':
    'At its end the hosts that could be reached were rolled back. Not everything could be confirmed.',
  'Stood down': 'It was decided not to roll back. No host was touched.',
  'Fix forward': 'No host was touched. The problem remains until a new deployment fixes it.',
  'Deferred to next release': 'The problem is minor. No host was touched; the next release fixes it.',
  'Observed only': 'Nothing was done: the trigger may only observe here. No host was touched.',
  Planned: 'Only a plan was made. No host was touched.',
  'Not planned': 'A plan was asked for and could not be made. No host was touched.',
  'Drill passed': 'A drill: every host reported that each step would work there. Nothing was changed.',
  'Drill failed': 'A drill: a rollback would not have ended well. Nothing was changed.',
  'Drill yielded': 'A drill gave way to a real rollback. Nothing was changed.',
  'Drill stopped': 'Somebody stopped the drill. Nothing was changed.',
  'Needs a person': 'This rollback stopped and does not go on by itself.',
  'Joined the active rollback': 'Another rollback of the phase was open, and acts for this one too.',
  'Already handled': 'An earlier rollback handled this alarm.',
  'Stale alarm ignored': 'The alarm was old and is not red any longer. No host was touched.',
  'Market not open': 'The market was closed or halted, which explains the alarm. No host was touched.',
};

/** Returns the meaning of an ending. A rollback of few hosts does not read as one of the fleet. */
function meaningOf(ending: Ending, part: PartOfFleet | null): string {
  if (ending !== 'Rolled back' || part === null) return meanings[ending];
  const [are, each] = part.names.length === 1 ? ['was', 'it'] : ['were', 'each of them'];
  return `Only ${hostWords(part.names)} ${are} rolled back, not the whole fleet. At its end ${each} had done every step, was at the target version and healthy, and no alarm of the phase was red.`;
}

/** A release ends the hold, not the need: until a later rollback of the phase has ended well, hosts may be half rolled back. */
function leftHalf({ fleet_released, steps }: RollbackRecord, later: AfterTheEnd['later']): string | null {
  if (fleet_released === null || steps.length === 0) return null;
  if (later?.ending === 'Rolled back' || later?.ending === 'Rolled back, unverified') return null;
  const names = (isDone: boolean) =>
    steps.filter(({ verdict }) => (verdict === 'done') === isDone).map(({ step }) => step);
  const [done, undone] = [names(true), names(false)];
  return [
    done.length > 0 ? `Done: ${done.join(', ')}.` : 'No step is done on every host.',
    undone.length > 0 ? `Begun and not done: ${undone.join(', ')}.` : 'The steps after these never began.',
    'No later rollback of the phase is known to have ended well: hosts may be half rolled back.',
  ].join(' ');
}

function ended(
  record: RollbackRecord,
  ending: Ending,
  { events, later }: { readonly events: readonly RollbackEvent[]; readonly later: AfterTheEnd['later'] },
): Standing {
  const { problem, review, fleet_released } = record;
  const half = ending === 'Needs a person' ? leftHalf(record, later) : null;
  const { kept, behind } = keptFleet(events);
  const keeps = behind
    ? ` The fleet is held by ${otherWords(behind)}; after that it is kept for this rollback until a person releases it.`
    : ' It keeps the fleet until a person releases it: no other rollback can act.';
  const stopped = ending === 'Needs a person' && fleet_released === null;
  const unreviewed = !stopped && review?.verdict === null;
  const released = fleet_released
    ? ` ${fleet_released.operator} released the fleet for other rollbacks at ${fleet_released.at}: ${cut(fleet_released.reason, 200).replace(/\.$/, '')}.`
    : '';
  const fleet = kept ? keeps : released;
  return {
    tone: ending === 'Needs a person' && fleet_released ? 'uncertain' : tones[ending],
    title: ending,
    says: `${meaningOf(ending, partOfFleet(record, events))}${fleet}${half === null ? '' : ` ${half}`}${problem === null ? '' : ` ${problem}`}`,
    deadline: unreviewed ? review.due : null,
    acts: stopped
      ? 'the Technical Lead or Operations, at once'
      : half !== null
        ? 'the Technical Lead or Operations, who roll the phase back or see that its hosts are sound'
        : unreviewed
          ? 'a person, who reviews whether the rollback was right: nobody had approved it before it acted'
          : null,
  };
}
