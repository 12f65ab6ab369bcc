import type { BrakeEvent } from '../history/brake-event.ts';
import { otherRequestThan, sameHosts } from '../history/trading-event.ts';
import { principalsOfBrakes } from '../history/verify-brakes.ts';
import { personOf } from '../question/resolution.ts';
import type { SeenExecution } from './witnessed-answer.ts';

/** Milliseconds for which a request to resume counts: the orders that its person saw are not older. */
export const countsFor = 30 * 60_000;

/**
 * Returns the requests to resume that may count beside the newest of an execution: for the same halts and the same hosts, not older
 * than half an hour, and with no rollback on the fleet in between. Its own is among them; none if the execution has not asked.
 */
export function requestsLike(events: readonly BrakeEvent[], by: string): BrakeEvent[] {
  const own = events.find((one) => one.type === 'Resume asked' && one.detail.by === by);
  return similar(events, by).filter(({ detail }) => detail.fence === own?.detail.fence);
}

/** Returns the people whose requests would count beside an execution's, if no rollback had taken the fleet in between. */
export function voidedByARollback(events: readonly BrakeEvent[], by: string): string[] {
  const counting = requestsLike(events, by);
  const voided = similar(events, by).filter((one) => !counting.includes(one));
  return [...new Set(voided.map(({ detail }) => detail.operator ?? 'somebody'))];
}

function similar(events: readonly BrakeEvent[], by: string): BrakeEvent[] {
  const own = events.find((one) => one.type === 'Resume asked' && one.detail.by === by);
  if (!own) return [];
  return events.filter(
    ({ type, at, detail }) =>
      type === 'Resume asked' &&
      JSON.stringify(detail.halts) === JSON.stringify(own.detail.halts) &&
      sameHosts(detail.only ?? null, own.detail.only ?? null) &&
      Math.abs(Date.parse(own.at) - Date.parse(at)) <= countsFor,
  );
}

/** The verified people who want the same as an execution, and the requests whose person is not verified yet. */
export type Approvals = { readonly people: readonly string[]; readonly unverified: number };

/**
 * Returns who is behind requests, as CloudTrail names them. A request counts if its execution exists, has not failed, and was
 * started with what the event says: whoever may write to the table could have added one.
 */
export function approvalsOf(
  events: readonly BrakeEvent[],
  requests: readonly BrakeEvent[],
  seen: ReadonlyMap<string, SeenExecution>,
): Approvals {
  const principals = principalsOfBrakes(events);
  const genuine = requests.filter((request) => {
    const execution = seen.get(request.detail.by ?? '') ?? 'missing';
    return (
      typeof execution === 'object' &&
      ['RUNNING', 'SUCCEEDED'].includes(execution.status) &&
      otherRequestThan('Resume asked', request.detail, execution.input) === undefined
    );
  });
  const found = genuine.map(({ detail }) => principals.get(detail.by ?? ''));
  return {
    people: [...new Set(found.flatMap((one) => (one === undefined ? [] : [personOf(one)])))],
    unverified: found.filter((one) => one === undefined).length,
  };
}
