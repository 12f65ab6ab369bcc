import { isEvent } from '../alarm/alarm-event.ts';
import { InvalidInput } from '../errors.ts';
import { shown } from '../printable.ts';

/** The input of a rollback of several phases, divided into its own key and those of every rollback. */
type BeforeRequest = {
  /** The lowest phase that is rolled back. */
  readonly before: number;
  readonly rest: Readonly<Record<string, unknown>>;
};

/**
 * Parses the input with which a person rolls back every phase from the latest down to one: `{"before": 3}`. Throws
 * InvalidInput. `phases`: all phases that have a runbook.
 *
 * No alarm starts such a rollback, because an alarm is about one phase. Nor does it act on a few hosts: the claims on those
 * hosts would be one per phase.
 */
export function parseBeforeRequest(input: unknown, phases: readonly number[]): BeforeRequest {
  if (isEvent(input))
    throw new InvalidInput(
      'Found the event of an alarm; expected a person’s input such as {"before": 3}. An alarm starts the machine of its own phase. Nothing was changed.',
    );
  const known = phases.toSorted((a, b) => a - b).join(', ');
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidInput(
      `The input must be a JSON object such as {"before": 3}; found ${shown(input)}. Phases: ${known}. Nothing was changed.`,
    );
  const { before, ...rest } = input as Record<string, unknown>;
  if (typeof before !== 'number' || !phases.includes(before))
    throw new InvalidInput(
      `before must be one of the phases ${known}: that phase and every later one are rolled back; found ${before === undefined ? 'none' : shown(before)}. Give it as in {"before": 3}. Nothing was changed.`,
    );
  if (rest['only_hosts'] !== undefined && rest['only_hosts'] !== null)
    throw new InvalidInput(
      'only_hosts belongs to the rollback of one phase; a rollback of several phases acts on the whole fleet. Leave it out, or start the machine of each phase with it. Nothing was changed.',
    );
  if (rest['from_step'] !== undefined && rest['from_step'] !== null)
    throw new InvalidInput(
      'from_step belongs to the rollback of one phase; a rollback of several phases repeats its steps, which find nothing left to do where they are done. Leave it out, or start the machine of each phase with it. Nothing was changed.',
    );
  if (rest['mode'] === 'simulate')
    throw new InvalidInput(
      `A drill is of one phase; start the machine of each phase with {"mode": "simulate"}, or: npm run rollback -- drill --phase ${before} . Nothing was changed.`,
    );
  return { before, rest };
}

/** Returns the phases of a rollback to before a phase, in the order in which they are undone: the latest first. */
export const phasesFrom = (before: number, phases: readonly number[]): number[] =>
  phases.filter((phase) => phase >= before).toSorted((a, b) => b - a);
