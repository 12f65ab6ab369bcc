import type { Instant } from '../../../clock/clock.ts';
import { unexpectedType } from '../expression.ts';
import type { WaitState } from '../machine.ts';
import { QueryEvaluationError } from '../state-failure.ts';
import type { Exit, Visit } from '../visit.ts';
import { wholeNumber } from '../whole-number.ts';

/** Waits some seconds from the state's entry, or until an instant. An instant in the past means no wait. */
export async function wait(visit: Visit, state: WaitState): Promise<Exit> {
  const seconds = await wholeNumber(visit, state.seconds, 0);
  await visit.frame.sleepUntil(
    seconds === undefined ? await timestamp(visit, state) : visit.enteredAt + seconds * 1000,
  );
  return visit.leave(state, visit.input);
}

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
    new QueryEvaluationError(location, `The ${location} field is not an RFC 3339 timestamp: ${value}`),
  );
}
