import { countedInSession } from '../../domain/calendar/expected-silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { countedAfterHalt, isHalted, type LastHalted, mayBeTheVenue } from '../../domain/calendar/venue-halt.ts';
import { type RollbackCause, rollbackCauseOf } from '../../domain/decision/rollback-cause.ts';
import type { Policy } from '../middleware/payload.ts';
import type { OpenRequest } from './opening.ts';

export type CauseOfOpeningDeps = {
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
  readonly lastHalted?: LastHalted | undefined;
  readonly now: () => number;
};

/**
 * Reads the cause of an opening from the execution's input. What the closed market or a venue's halt explains counts from the
 * session, or from the end of the halt. `venueHalted`: a halt holds now, and it may be all that is wrong. Throws InvalidInput.
 */
export async function causeOfOpening(
  { sessionsOf, lastHalted, now }: CauseOfOpeningDeps,
  { execution, phase, policy }: Pick<OpenRequest, 'execution' | 'phase' | 'policy'>,
): Promise<{ readonly cause: RollbackCause; readonly venueHalted: boolean }> {
  const read = rollbackCauseOf(execution.input, {
    phase: phase.number,
    startedAt: execution.start_time,
    severityOf: fieldOf(policy, 'severity'),
    impactOf: fieldOf(policy, 'impact'),
    steps: policy.steps.map(({ name }) => name),
  });
  const explains = read.alarm !== null && mayBeTheVenue(read.trigger, read.silent);
  const halted = (explains && (await lastHalted?.(phase.number, Date.parse(read.start_time)))) || null;
  const inSession = countedInSession(sessionsOf?.(phase.number), read, execution.start_time);
  return { cause: countedAfterHalt(inSession, halted, execution.start_time), venueHalted: isHalted(halted, now()) };
}

/** Returns one field of triggers.yaml by trigger, without the triggers that do not set it. */
const fieldOf = <Field extends 'severity' | 'impact'>({ triggers }: Policy, field: Field) =>
  Object.fromEntries(
    Object.entries(triggers).flatMap(([name, of]) => (of[field] === undefined ? [] : [[name, of[field]]])),
  ) as Record<string, NonNullable<Policy['triggers'][string][Field]>>;
