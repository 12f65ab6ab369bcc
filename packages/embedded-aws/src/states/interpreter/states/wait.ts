import type { Instant } from '../../../clock/clock.ts';
import { unexpectedType } from '../expression.ts';
import type { WaitState } from '../machine.ts';
import { QueryEvaluationError } from '../state-failure.ts';
import type { Exit, Visit } from '../visit.ts';
import { wholeNumber } from '../whole-number.ts';

/** Waits some seconds from the state's entry, or until an instant. An instant in the past means no wait. */
export async function wait(visit: Visit, state: WaitState): Promise<Exit> {
  const seconds = await wholeNumber(visit, state.seconds, 0);
  const until = seconds === undefined ? await timestamp(visit, state) : visit.enteredAt + seconds * 1000;
  if (until - visit.enteredAt > LONGEST_WAIT) throw visit.failure('States.Runtime', 'Wait state delay is too long.');
  await visit.frame.sleepUntil(until);
  return visit.leave(state, visit.input);
}

/** Longer waits fail: 24,855 days are accepted, 24,856 are not. */
const LONGEST_WAIT = (2 ** 31 - 1) * 1000;

/** RFC 3339 with an upper-case T and Z, as the Amazon States Language requires. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

async function timestamp(visit: Visit, { timestamp }: WaitState): Promise<Instant> {
  if (!timestamp) return visit.enteredAt;
  const value = await visit.evaluate(timestamp);
  const { source, location } = timestamp;
  if (typeof value !== 'string') throw visit.evaluationFailed(unexpectedType(source, location, 'string', value));
  const instant = TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw visit.evaluationFailed(
    new QueryEvaluationError(
      location,
      `The ${location} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
    ),
  );
}
