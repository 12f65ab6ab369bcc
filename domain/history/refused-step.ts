import { type FailedHost, failedIn } from '../host/failed-hosts.ts';
import type { RollbackEvent } from './event.ts';

const endsRefusal: readonly string[] = ['Target not frozen', 'Target frozen', 'Step started'];

const newestRefusal = (step: string, events: readonly RollbackEvent[]): RollbackEvent['detail'] | undefined => {
  const last = events.findLast(({ type, detail }) => detail['step'] === step && endsRefusal.includes(type));
  return last?.type === 'Target not frozen' ? last.detail : undefined;
};

/** Returns the newest reason for which a step was refused before it began; undefined if it has begun since, or was never refused. */
export function refusalOf(step: string, events: readonly RollbackEvent[]): string | undefined {
  const refusal = newestRefusal(step, events);
  return refusal && String(refusal['problem']);
}

/** Returns the hosts because of which a step was refused before it began, each with its reason. Events of earlier versions name none. */
export const refusedOn = (step: string, events: readonly RollbackEvent[]): readonly FailedHost[] =>
  failedIn(newestRefusal(step, events) ?? {});
