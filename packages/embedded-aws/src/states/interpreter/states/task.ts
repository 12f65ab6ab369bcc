import { uuid } from '../../../clock/random.ts';
import { type Attempt, attempt } from '../attempt.ts';
import { errorAndCause, output } from '../history.ts';
import type { TaskState } from '../machine.ts';
import { limited, type Payload, payload } from '../payload.ts';
import { recovering } from '../recovery.ts';
import { StateFailure, TaskTimeout } from '../state-failure.ts';
import type { Exit, Visit } from '../visit.ts';
import { wholeNumber } from '../whole-number.ts';

/** Runs the task's integration. With a token, waits until the token's holder reports the result. */
export function task(visit: Visit, state: TaskState): Promise<Exit> {
  return recovering(visit, state, async () => {
    const result = await attempted(visit, state);
    return visit.leave(state, result, { result: result.value });
  });
}

async function attempted(visit: Visit, state: TaskState): Promise<Payload> {
  const { frame } = visit;
  visit.token = state.waitsForToken ? newToken(visit) : undefined;
  const timeoutSeconds = await wholeNumber(visit, state.timeoutSeconds, 1);
  const heartbeatSeconds = await wholeNumber(visit, state.heartbeatSeconds, 1);
  const given = state.arguments ? limited(state.name, payload(await visit.evaluate(state.arguments))) : visit.input;
  const resource = resourceOf(state);
  frame.throwIfInterrupted();
  recordScheduled(visit, resource, { given, timeoutSeconds, heartbeatSeconds });
  try {
    const work: Attempt = {
      visit,
      state,
      given,
      timeoutSeconds,
      heartbeatSeconds,
      submitted: (result) => submitted(visit, resource, result),
    };
    const result = limited(resource.resourceType, await frame.during(attempt(work)));
    frame.record('TaskSucceeded', { taskSucceededEventDetails: { ...resource, ...output(result.text) } }, state.name);
    return result;
  } catch (failure) {
    if (failure instanceof StateFailure) recordFailed(visit, resource, failure);
    throw failure;
  }
}

type Resource = { readonly resourceType: string; readonly resource: string };

/** `arn:aws:states:::aws-sdk:sfn:startExecution` is resource `startExecution` of type `aws-sdk:sfn`. */
function resourceOf({ resource, waitsForToken }: TaskState): Resource {
  const path = resource.split(':').slice(5).join(':');
  const cut = path.lastIndexOf(':');
  return {
    resourceType: path.slice(0, cut),
    resource: `${path.slice(cut + 1)}${waitsForToken ? '.waitForTaskToken' : ''}`,
  };
}

type Scheduled = {
  readonly given: Payload;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
};

function recordScheduled(
  visit: Visit,
  resource: Resource,
  { given, timeoutSeconds, heartbeatSeconds }: Scheduled,
): void {
  const { frame, state } = visit;
  const taskScheduledEventDetails = {
    ...resource,
    region: frame.execution.account.surroundings.region,
    parameters: given.text,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
  frame.record('TaskScheduled', { taskScheduledEventDetails }, state.name);
  frame.record('TaskStarted', { taskStartedEventDetails: resource }, state.name);
}

/** Records that a task with a token has called its integration, whose own result is only for the history. */
function submitted({ frame, state }: Visit, resource: Resource, result: Payload): void {
  frame.record('TaskSubmitted', { taskSubmittedEventDetails: { ...resource, ...output(result.text) } }, state.name);
}

function recordFailed({ frame, state }: Visit, resource: Resource, failure: StateFailure): void {
  const details = { ...resource, ...errorAndCause(failure.error, failure.cause) };
  if (failure instanceof TaskTimeout) frame.record('TaskTimedOut', { taskTimedOutEventDetails: details }, state.name);
  else frame.record('TaskFailed', { taskFailedEventDetails: details as Resource & { error: string } }, state.name);
}

/** Returns a new token per attempt. It is a long opaque text, as on AWS. */
function newToken({ draw }: Visit): string {
  return Buffer.from([1, 2, 3].map(() => uuid(draw, '')).join('/')).toString('base64');
}
