import type { Recovery, Retrier } from './machine.ts';
import { payload } from './payload.ts';
import { StateFailure, TaskTimeout } from './state-failure.ts';
import type { Exit, Visit } from './visit.ts';

/** Runs a state's work. After a failure it retries by the state's Retry, or else leaves by the first Catch that matches. */
export async function recovering(
  visit: Visit,
  { retry, catch: catchers }: Recovery,
  work: () => Promise<Exit>,
): Promise<Exit> {
  const retried = new Map<Retrier, number>();
  for (;;) {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof StateFailure)) throw failure;
      const retrier = retry.find(({ errorEquals }) => matches(errorEquals, failure));
      const before = (retrier && retried.get(retrier)) ?? 0;
      if (!retrier || before >= retrier.maxAttempts) {
        recordFailed(visit);
        return caught(visit, catchers, failure);
      }
      retried.set(retrier, before + 1);
      await backOff(visit, retrier, before);
    }
  }
}

function caught(visit: Visit, catchers: Recovery['catch'], failure: StateFailure): Promise<Exit> {
  const catcher = catchers.find(({ errorEquals }) => matches(errorEquals, failure));
  if (!catcher) throw failure;
  // AWS gives a timeout no cause in the history, and an empty one in its Catch. Anything else absent is null there.
  const noCause = failure instanceof TaskTimeout ? '' : null;
  const errorOutput = { Error: failure.error ?? null, Cause: failure.cause ?? noCause };
  return visit.leave(catcher, payload(errorOutput), { errorOutput });
}

/** Records that the last attempt at a Parallel or a Map failed, also if a Catch follows. Earlier attempts have no event. */
function recordFailed({ frame, state }: Visit): void {
  if (state.type === 'Parallel' || state.type === 'Map') frame.record(`${state.type}StateFailed`, {}, state.name);
}

async function backOff(visit: Visit, retrier: Retrier, before: number): Promise<void> {
  const { frame } = visit;
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** before, retrier.maxDelaySeconds);
  const delay = Math.round(seconds * 1000 * (retrier.jitter ? visit.draw() : 1));
  await frame.sleepUntil(frame.execution.account.surroundings.clock.now() + delay);
  visit.retries += 1;
  frame.execution.transitions += 1;
}

/**
 * Returns whether an ErrorEquals matches a failure (developer guide, "Handling errors in Step Functions workflows").
 *
 * No name matches States.Runtime. States.TaskFailed matches neither States.Timeout nor States.DataLimitExceeded. A missed
 * heartbeat is a States.Timeout that States.HeartbeatTimeout matches too. The guide says that States.ALL does not match
 * States.DataLimitExceeded, but in an execution recorded on AWS it does (docs/assumptions.md).
 */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  const { error } = failure;
  if (error === 'States.Runtime') return false;
  if (error !== undefined && errorEquals.includes(error)) return true;
  if (
    failure instanceof TaskTimeout &&
    failure.by === 'HeartbeatSeconds' &&
    errorEquals.includes('States.HeartbeatTimeout')
  )
    return true;
  if (errorEquals.includes('States.ALL')) return true;
  const taskFailed = error !== 'States.Timeout' && error !== 'States.DataLimitExceeded';
  return taskFailed && errorEquals.includes('States.TaskFailed');
}
