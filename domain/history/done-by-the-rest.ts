import { type FailedHost, failedIn } from '../host/failed-hosts.ts';
import type { RollbackEvent } from './event.ts';
import { leftOutHosts } from './phases-left.ts';
import type { RollbackRecord } from './record.ts';
import type { StepRecord } from './step-record.ts';

/** Returns the event of a step's newest result, which names the hosts that failed: of many, the first. */
const resultOf = (step: string, events: readonly RollbackEvent[]) =>
  events.findLast(({ detail }) => detail['step'] === step && Array.isArray(detail['failed']))?.detail;

/** Returns the hosts on which a step failed last, each with its reason, as far as its event names them. */
export const failedOn = (step: string, events: readonly RollbackEvent[]): FailedHost[] =>
  failedIn(resultOf(step, events) ?? {});

/**
 * Whether people left out every host on which a step failed: every host that is left has done it then. The record keeps the verdict
 * *failed*, because nobody ran the step again.
 */
export function isDoneByTheRest(
  { step, verdict }: Pick<StepRecord, 'step' | 'verdict'>,
  record: Pick<RollbackRecord, 'left_out'>,
  events: readonly RollbackEvent[],
): boolean {
  const { hosts, hosts_done } = resultOf(step, events) ?? {};
  const failed = failedOn(step, events);
  const out = leftOutHosts(record);
  return (
    verdict === 'failed' &&
    failed.length > 0 &&
    failed.length === Number(hosts) - Number(hosts_done) &&
    failed.every(({ host }) => out.includes(host))
  );
}
