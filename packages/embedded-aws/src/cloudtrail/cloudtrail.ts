import type { Alarm } from '../clock/clock.ts';
import { uuid } from '../clock/random.ts';
import type { NewEvent } from '../events/event.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import { type ApiCall, startExecutionRecord } from './start-execution.ts';

/** Hears of calls to services, whatever they came to. */
export type Trail = (call: ApiCall) => void;

/**
 * How many seconds after a call EventBridge has its event: half of them within 13, each within 90.
 *
 * An assumption. AWS gives no figure for EventBridge ("best effort"), only the five minutes, on average, of log files in
 * S3. Cloud Custodian, which acts on these events, wrote of 90 s for the slowest hundredth, later of "seconds".
 */
const SOONEST = 2;
const LATEST = 90;
const delay = (chance: number) => (SOONEST + (LATEST - SOONEST) * chance ** 3) * 1000;

/**
 * CloudTrail, as far as EventBridge hears of it: a StartExecution becomes an event `AWS API Call via CloudTrail`.
 *
 * Other calls would too; nothing here waits for them. The account stands for one with a trail, without which AWS sends no
 * such events (EventBridge guide, "AWS service events delivered via AWS CloudTrail").
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
      // The event's time is the call's: EventBridge guide, its examples of such events.
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

/** Runs a call and has CloudTrail record what it came to. */
export async function recorded<Answer>(
  trail: Trail,
  call: Pick<ApiCall, 'action' | 'request' | 'caller'>,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await run();
  } catch (error) {
    // Anything else is a fault of this account, and no answer of AWS's.
    if (error instanceof AwsError) trail({ ...call, error });
    throw error;
  }
  trail({ ...call, answer });
  return answer;
}
