import { counted } from '../counted.ts';
import type { Environment } from '../infra/environment.ts';
import { isWorse, type Severity } from '../severity.ts';

/** The instant by which a rollback must be over. */
export type Limit = {
  readonly severity: Severity;
  /** ISO 8601: the instant from which the limit is counted. */
  readonly from: string;
  /** ISO 8601: when the rollback must be over. */
  readonly at: string;
};

/**
 * Returns the limit of a rollback: its severity's limit (`limits`, in seconds) after start_time.
 *
 * If a worse alarm joined, the worst severity's limit counts, from the change of state of the first alarm that has it.
 * LOW has no limit in the procedure ("Severity Levels"); a LOW rollback that a person starts gets the limit of MEDIUM.
 */
export function limitOf(
  start: { readonly severity: Severity; readonly start_time: string },
  joined: readonly { readonly severity: Severity; readonly changed_at: string }[],
  limits: Environment['limits'],
): Limit {
  const { severity, from } = joined.reduce(
    (worst, one) => (isWorse(one.severity, worst.severity) ? { severity: one.severity, from: one.changed_at } : worst),
    { severity: start.severity, from: start.start_time },
  );
  const seconds = limits[severity === 'LOW' ? 'MEDIUM' : severity];
  return { severity, from, at: new Date(Date.parse(from) + seconds * 1000).toISOString() };
}

/** A step that is still to be done. */
export type Remaining = {
  readonly name: string;
  /** Seconds that the step may take. */
  readonly timeout: number;
  /** Seconds that the step took in the previous rollback; absent if unknown. */
  readonly usual_seconds?: number | undefined;
};

/** Returns the minutes that the remaining steps are expected to take: the usual seconds of each step, else its timeout. */
export const expectedMinutes = (remaining: readonly Remaining[]): number =>
  remaining.reduce((sum, { timeout, usual_seconds }) => sum + (usual_seconds ?? timeout), 0) / 60;

type LimitForecast = { readonly state: 'within' } | { readonly state: 'will miss' | 'missed'; readonly says: string };

/**
 * Forecasts whether a rollback keeps its limit, from the time that its remaining steps are expected to take.
 *
 * `will miss` is returned before the limit passes, so that people can be warned in time. `now` is in milliseconds since 1970.
 */
export function limitForecast(limit: Limit, now: number, remaining: readonly Remaining[]): LimitForecast {
  const left = (Date.parse(limit.at) - now) / 60_000;
  const needs = expectedMinutes(remaining);
  const rule = `The limit for ${limit.severity} is ${limit.at}`;
  // The procedure promises "< 15 minutes", so the instant of the limit itself is too late.
  if (left <= 0)
    return { state: 'missed', says: `${rule}; it was missed ${minutes(-left)} ago. ${stillToDo(remaining)}` };
  if (needs < left) return { state: 'within' };
  return {
    state: 'will miss',
    says: `${rule}, in ${minutes(left)}; the remaining steps take about ${minutes(needs)}. The limit will be missed by about ${minutes(needs - left)}. ${stillToDo(remaining)}`,
  };
}

const stillToDo = (remaining: readonly Remaining[]) =>
  remaining.length === 0 ? 'Every step is done.' : `Still to do: ${remaining.map(({ name }) => name).join(', ')}.`;
const minutes = (count: number) => counted(Math.round(count * 10) / 10, 'minute');
