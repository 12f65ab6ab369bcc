import type { Environment } from '../infra/environment.ts';
import { isWorse, type Severity } from '../severity.ts';

export type Limit = {
  readonly severity: Severity;
  /** ISO 8601: what the limit is counted from. */
  readonly from: string;
  /** ISO 8601: when the rollback must be over. */
  readonly at: string;
};

/**
 * When a rollback must be over: within its severity's limit, counted from start_time. After an upgrade the new severity's
 * limit counts, from the change of state of the alarm that upgraded it.
 *
 * LOW has no limit in the procedure; a person who starts a LOW rollback by hand gets MEDIUM's.
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

/** A step that is still to be done, and how long it took before where that is known. */
export type Remaining = {
  readonly name: string;
  readonly timeout: number;
  readonly usual_seconds?: number | undefined;
};

/** What these are expected to take together: as usual where that is known, else as long as they may. */
export const expectedMinutes = (remaining: readonly Remaining[]): number =>
  remaining.reduce((sum, { timeout, usual_seconds }) => sum + (usual_seconds ?? timeout), 0) / 60;

type LimitLook = { readonly state: 'within' } | { readonly state: 'will miss' | 'missed'; readonly says: string };

/** Whether the limit is kept, as it looks now; that it will be missed is said before it is. */
export function limitForecast(limit: Limit, now: number, remaining: readonly Remaining[]): LimitLook {
  const left = (Date.parse(limit.at) - now) / 60_000;
  const needs = expectedMinutes(remaining);
  const rule = `The limit for ${limit.severity} is ${limit.at}`;
  // "< 15 minutes": the instant itself is too late.
  if (left <= 0)
    return { state: 'missed', says: `${rule}; it was missed ${minutes(-left)} ago. ${stillToDo(remaining)}` };
  if (needs < left) return { state: 'within' };
  return {
    state: 'will miss',
    says: `${rule}, in ${minutes(left)}; what is left takes about ${minutes(needs)}. It will be missed by about ${minutes(needs - left)}. ${stillToDo(remaining)}`,
  };
}

const stillToDo = (remaining: readonly Remaining[]) =>
  remaining.length === 0 ? 'Every step is done.' : `Still to do: ${remaining.map(({ name }) => name).join(', ')}.`;
const minutes = (count: number) => `${Math.round(count * 10) / 10} minutes`;
