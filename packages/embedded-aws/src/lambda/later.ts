import type { Caller, Surroundings } from '../wire/service.ts';
import { FunctionFailure, type FunctionRun } from './function-failure.ts';

/** Sends the record of a failed invocation to a queue, in the function's role. */
export type SendFailure = (queueArn: string, record: unknown, roleArn: string) => void;

/**
 * Pauses before the second and the third attempt (Lambda guide, "How Lambda handles errors and retries with asynchronous
 * invocation").
 */
const pauseMilliseconds = [60_000, 120_000];

/** Milliseconds that an event of a task lies in Lambda's queue. AWS promises no value. */
const queuedMilliseconds = 50;

/** Counts an event whose invocations all failed (metric AsyncEventsDropped; Lambda guide, "Types of metrics"). */
export type CountDropped = (functionName: string) => void;

/** The retries of a failed asynchronous invocation, and the queue that receives its record afterwards. */
type Configuration = { readonly retries: number; readonly queueArn?: string };

type Call = { readonly nameOrArn: string; readonly event: unknown; readonly caller: Caller };

/** A function without a configuration is retried twice, as on AWS, if a state machine invoked it. */
const ofTasks: Configuration = { retries: 2 };

/**
 * Makes asynchronous invocations: they return at once, and the function runs afterwards.
 *
 * A failed invocation is retried as often as the function's configuration allows; then its record goes to the failure
 * destination. Without a configuration the failure of an event's invocation is only reported to watchers (AWS would retry
 * twice). The same applies to a throttled invocation.
 */
export function later(
  { clock, tell }: Surroundings,
  invoke: (nameOrArn: string, event: unknown, caller: Caller) => Promise<unknown>,
  { send, dropped }: { readonly send: SendFailure; readonly dropped: CountDropped },
) {
  const configurations = new Map<string, Configuration>();
  const attempt = (call: Call, count: number, otherwise?: Configuration): void => {
    const { nameOrArn, event, caller } = call;
    invoke(nameOrArn, event, caller).catch((error: Error) => {
      tell({ service: 'lambda', event: 'InvocationFailed', function: nameOrArn, message: error.message });
      if (!(error instanceof FunctionFailure)) return;
      const configuration = configurations.get(error.run.functionName) ?? otherwise;
      if (!configuration) return;
      if (count <= configuration.retries) {
        const pause = pauseMilliseconds[count - 1] ?? 0;
        clock.at(clock.now() + pause, () => attempt(call, count + 1, otherwise));
        return;
      }
      dropped(error.run.functionName); // with a queue too: its record goes there first
      const { queueArn } = configuration;
      if (queueArn === undefined) return;
      try {
        send(queueArn, failureRecord(clock.now(), event, error, count), error.run.roleArn);
      } catch (refused) {
        tell({ service: 'lambda', event: 'DestinationFailed', queue: queueArn, message: (refused as Error).message });
      }
    });
  };
  return {
    sendFailuresTo: (functionName: string, queueArn: string, retries = 0): void =>
      void configurations.set(functionName, { queueArn, retries }),

    invoke: (nameOrArn: string, event: unknown, caller: Caller): void => attempt({ nameOrArn, event, caller }, 1),

    /** The same for a task of a state machine, which goes on while the event lies in Lambda's queue. */
    invokeAsTask: (nameOrArn: string, event: unknown, caller: Caller): void =>
      void clock.at(clock.now() + queuedMilliseconds, () => attempt({ nameOrArn, event, caller }, 1, ofTasks)),
  };
}

/** Returns the record of a failed invocation (Lambda guide, "Retaining records of asynchronous invocations"). */
const failureRecord = (
  now: number,
  event: unknown,
  { error, run }: FunctionFailure & { run: FunctionRun },
  count: number,
) => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: run.requestId,
    functionArn: `${run.functionArn}:${run.version}`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: count,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: run.version, functionError: 'Unhandled' },
  responsePayload: error,
});
