import type { Alarm, Instant } from '../clock/clock.ts';
import { uuid } from '../clock/random.ts';
import type { NewEvent } from '../events/event.ts';
import { AwsError, unknownKey } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import { type ApiCall, type ExecutionRecord, executionRecord } from './execution-record.ts';

/** Receives every call to a service, whether it succeeded or failed. */
export type Trail = (call: ApiCall) => void;

/**
 * Seconds from a call until EventBridge has its event: half of the events within 13 s, each within 90 s.
 *
 * An assumption. AWS gives no figure for EventBridge ("best effort"), only an average of five minutes for log files in
 * S3. Cloud Custodian, which acts on these events, wrote of 90 s for the slowest hundredth, later of "seconds".
 */
const SOONEST = 2;
const LATEST = 90;
const delay = (chance: number) => (SOONEST + (LATEST - SOONEST) * chance ** 3) * 1000;

/** The event history has the last 90 days (CloudTrail API Reference, "LookupEvents"). */
export const KEPT_MILLISECONDS = 90 * 86_400_000;

/** One record of the event history, and the instant from which it can be looked up. */
type Kept = { readonly at: Instant; readonly from: Instant; readonly record: ExecutionRecord };

/** The event history and the clock, for LookupEvents. */
export type EventHistory = Pick<Surroundings, 'clock'> & { readonly kept: readonly Kept[] };

/**
 * Makes two parts of CloudTrail: a StartExecution becomes an event `AWS API Call via CloudTrail` of EventBridge, and starts and
 * stops of executions come into the event history.
 *
 * On AWS other calls become events and records too; this account has none of them. The account behaves like one with a trail,
 * because AWS sends such events only then (EventBridge guide, "AWS service events delivered via AWS CloudTrail").
 */
export function cloudTrail(surroundings: Surroundings, publish: (event: NewEvent) => void) {
  const { clock, random, region, accountId } = surroundings;
  const pending = new Set<Alarm>();
  const kept: Kept[] = [];
  let [starts, stops] = [0, 0];
  /** Keeps a call in the event history. Assumed: it can be looked up when EventBridge has it, or would have it. */
  const keep = (call: ApiCall, key: string): Kept => {
    const [requestID, eventID] = [uuid(random, `${key}/request`), uuid(random, `${key}/event`)];
    const at = clock.now();
    const from = at + delay(random(`${key}/delay`));
    const one = { at, from, record: executionRecord(call, { at, region, accountId, requestID, eventID }) };
    while (kept[0] && kept[0].at < at - KEPT_MILLISECONDS) kept.shift();
    kept.push(one);
    return one;
  };
  const record: Trail = (call) => {
    if (call.action === 'states:StopExecution') keep(call, `cloudtrail/stop/${stops++}`);
    if (call.action !== 'states:StartExecution') return;
    const { at, from, record: detail } = keep(call, `cloudtrail/${starts++}`);
    const alarm = clock.at(from, () => {
      pending.delete(alarm);
      // The event's time is the time of the call (EventBridge guide, its examples of such events).
      publish({ source: 'aws.states', 'detail-type': 'AWS API Call via CloudTrail', resources: [], detail, time: at });
    });
    pending.add(alarm);
  };
  return {
    record,
    history: { clock, kept } satisfies EventHistory,
    close: (): void => {
      for (const alarm of pending) alarm.cancel();
    },
  };
}

/** Runs a call and sends its response or its error to the trail. */
export async function recorded<Response>(
  trail: Trail,
  call: Pick<ApiCall, 'action' | 'request' | 'caller'>,
  run: () => Response | Promise<Response>,
): Promise<Response> {
  let response: Response;
  try {
    response = await run();
  } catch (error) {
    // CloudTrail cannot attribute a call with an unknown key. Any other error is a failure of this account, which AWS would
    // not return.
    if (error instanceof AwsError && error.code !== unknownKey) trail({ ...call, error });
    throw error;
  }
  trail({ ...call, response });
  return response;
}
