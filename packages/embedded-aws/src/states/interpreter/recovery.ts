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
      if (!retrier || before >= retrier.maxAttempts) return caught(visit, catchers, failure);
      retried.set(retrier, before + 1);
      await backOff(visit, retrier, before);
    }
  }
}

function caught(visit: Visit, catchers: Recovery['catch'], failure: StateFailure): Promise<Exit> {
  const catcher = catchers.find(({ errorEquals }) => matches(errorEquals, failure));
  if (!catcher) throw failure;
  // On AWS a timeout has no cause in the history, and an empty cause in its Catch.
  const errorOutput = { Error: failure.error, Cause: failure.cause ?? '' };
  return visit.leave(catcher, payload(errorOutput), { errorOutput });
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
 * No name matches States.Runtime. Neither wildcard matches States.DataLimitExceeded, and States.TaskFailed does not match
 * States.Timeout. A missed heartbeat is a States.Timeout that States.HeartbeatTimeout matches too.
 */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  const { error } = failure;
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (
    failure instanceof TaskTimeout &&
    failure.by === 'HeartbeatSeconds' &&
    errorEquals.includes('States.HeartbeatTimeout')
  )
    return true;
  if (error === 'States.DataLimitExceeded') return false;
  return (
    errorEquals.includes('States.ALL') || (error !== 'States.Timeout' && errorEquals.includes('States.TaskFailed'))
  );
}
