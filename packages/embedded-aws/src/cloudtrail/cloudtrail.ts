import type { Alarm } from '../clock/clock.ts';
import { uuid } from '../clock/random.ts';
import type { NewEvent } from '../events/event.ts';
import { AwsError, unknownKey } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import { type ApiCall, startExecutionRecord } from './start-execution.ts';

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

/**
 * Makes the part of CloudTrail that EventBridge receives: a StartExecution becomes an event `AWS API Call via CloudTrail`.
 *
 * On AWS other calls become events too; this account sends none of them. The account behaves like one with a trail,
 * because AWS sends such events only then (EventBridge guide, "AWS service events delivered via AWS CloudTrail").
 */
export function cloudTrail(surroundings: Surroundings, publish: (event: NewEvent) => void) {
  const { clock, random, region, accountId } = surroundings;
  const pending = new Set<Alarm>();
  let calls = 0;
  const record: Trail = (call) => {
    if (call.action !== 'states:StartExecution') return;
    const key = `cloudtrail/${calls++}`;
    const [requestID, eventID] = [uuid(random, `${key}/request`), uuid(random, `${key}/event`)];
    const at = clock.now();
    const detail = startExecutionRecord(call, { at, region, accountId, requestID, eventID });
    const alarm = clock.at(at + delay(random(`${key}/delay`)), () => {
      pending.delete(alarm);
      // The event's time is the time of the call (EventBridge guide, its examples of such events).
      publish({ source: 'aws.states', 'detail-type': 'AWS API Call via CloudTrail', resources: [], detail, time: at });
    });
    pending.add(alarm);
  };
  return {
    record,
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
