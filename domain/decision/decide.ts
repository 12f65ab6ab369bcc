import type { Ending } from '../ending.ts';
import type { Kind } from '../question/question.ts';
import { isWorse, type Severity } from '../severity.ts';
import {
  hostsObjection,
  objections,
  type Situation,
  type Unanswered,
  unreadableCap,
  unreadableFacts,
} from './situation.ts';

/** The next action, and the reasons for it: sentences for the event and for messages. */
export type Verdict =
  | { readonly act: true; readonly why: readonly string[] }
  | { readonly ask: Exclude<Kind, 'hand-over'>; readonly why: readonly string[] }
  | {
      readonly end: Extract<
        Ending,
        'Observed only' | 'Deferred to next release' | 'Stood down' | 'Fix forward' | 'Needs a person'
      >;
      readonly why: readonly string[];
      /** Under `trust: observe`: the verdict that `trust: auto` would have had. */
      readonly would?: Verdict;
    };

const act = (why: string): Verdict => ({ act: true, why: [why] });
const end = (ending: Extract<Verdict, { end: string }>['end'], why: string): Verdict => ({ end: ending, why: [why] });

/** The procedure's "Action Required" per severity, if there is no objection. */
const matrix: Readonly<Record<Exclude<Severity, 'LOW'>, Verdict>> = {
  CRITICAL: act('CRITICAL is rolled back at once, and there is no objection.'),
  HIGH: { ask: 'confirm', why: ['HIGH is rolled back after assessment.'] },
  MEDIUM: { ask: 'choose', why: ['MEDIUM is fixed forward or rolled back.'] },
};

/**
 * Decides whether a rollback acts, asks people, or ends: the procedure's decision matrix, and every objection to acting.
 * No other code decides this.
 *
 * No rollback acts whose target is blocked: no answer lifts a block, so nobody is asked. Any other rollback that a person
 * starts acts. A rollback that an alarm starts acts by itself only if every fact could be
 * read and there is no objection. An objection asks people for a permit. If a fact could not be read, a person is paged.
 * If only the metrics are lost, nothing is rolled back, and nobody is asked: four phases would ask the same at once.
 * Hosts that are online again are owed a rollback that was decided before, so only the cap on hosts can be against it, and a
 * forbidden pair that they could come to.
 */
export function decide(situation: Situation): Verdict {
  const { started_by, trust, blind, when_blind, severity, unanswered, metrics_lost } = situation;
  if (started_by === 'person') return asStarted(situation);
  if (started_by === 'reconcile') return ofReturnedHosts(situation);
  if (trust === 'observe')
    return {
      end: 'Observed only',
      why: ['The trigger is only observed (trust: observe).'],
      would: decide({ ...situation, trust: 'auto' }),
    };
  if (metrics_lost !== undefined && !unanswered) return end('Stood down', metrics_lost);
  if (blind && when_blind === 'ignore') return end('Observed only', 'There is no data to act on (when_blind: ignore).');
  if (severity === 'LOW') return end('Deferred to next release', 'LOW is fixed in the next deployment.');
  return unanswered ? withoutAnswer(situation, unanswered) : (obstacle(situation) ?? matrix[severity]);
}

/**
 * Decides after a question's deadline has passed without an answer.
 *
 * A permit that nobody gave is refused. Otherwise the alarm's current state and the current objections decide.
 */
function withoutAnswer(situation: Situation, { kind, alarm }: Unanswered): Verdict {
  if (kind === 'permit')
    return {
      end: 'Needs a person',
      why: [nobodyPermitted, ...objections(situation), ...blockedIn(situation)],
    };
  if (kind === 'choose' && situation.environment.questions.choose === 'fix-forward')
    return end('Fix forward', 'Nobody chose, and this environment fixes forward by default.');
  if (alarm === 'OK') return end('Stood down', 'Nobody answered, and the alarm has recovered.');
  return (
    obstacle(situation) ??
    act(`Nobody answered, and the alarm ${alarm === 'ALARM' ? 'is still red' : 'has no data (when_blind: rollback)'}.`)
  );
}

/**
 * Decides on a person's start. If the brakes cannot be read it goes on, because before each step they are read again, and
 * no step begins without them.
 */
function asStarted({ blocked, pause }: Situation): Verdict {
  if (blocked) return end('Needs a person', blocked);
  const unread = ' The blocked versions could not be read; each step reads them again before it begins.';
  return act(`A person started this rollback.${pause === 'unreadable' ? unread : ''}`);
}

/** Decides on the rollback of hosts that are online again, which Reconcile starts. */
function ofReturnedHosts(situation: Situation): Verdict {
  const { capped, unanswered } = situation;
  const against = [...hostsObjection(situation), ...(situation.forbidden ?? [])];
  if (unanswered) return { end: 'Needs a person', why: [nobodyPermitted, ...against, ...blockedIn(situation)] };
  const stops = [...blockedIn(situation), ...(capped === 'unreadable' ? [unreadableCap] : [])];
  if (stops.length > 0) return { end: 'Needs a person', why: stops };
  return against.length > 0
    ? { ask: 'permit', why: against }
    : act('Reconcile started this rollback, because hosts are online again that an earlier one could not reach.');
}

const nobodyPermitted = 'Nobody gave the permit, so no rollback began.';

const blockedIn = ({ blocked }: Situation): string[] => (blocked ? [blocked] : []);

/** Returns the verdict that keeps a rollback from acting by itself; undefined if nothing does. */
function obstacle(situation: Situation): Verdict | undefined {
  const stops = [...blockedIn(situation), ...unreadableFacts(situation)];
  if (stops.length > 0) return { end: 'Needs a person', why: stops };
  const against = objections(situation);
  return against.length > 0 ? { ask: 'permit', why: against } : undefined;
}

/**
 * Returns the effect that another alarm, or a person's start, has on a phase's open question.
 *
 * `rollback` decides the question; `ask again` replaces it by the question for the worse severity; null leaves it open.
 * A hand-over is never affected, because only an operator can decide it.
 */
export function effectOnOpenQuestion(
  open: { kind: Kind; severity: Severity },
  joined: Situation,
): 'rollback' | 'ask again' | null {
  if (open.kind === 'hand-over') return null;
  const verdict = decide({ ...joined, unanswered: null });
  if ('act' in verdict) return 'rollback';
  return 'ask' in verdict && isWorse(joined.severity, open.severity) ? 'ask again' : null;
}
