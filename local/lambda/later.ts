import type { Caller, Surroundings } from '../service.ts';
import { FunctionFailure, type FunctionRun } from './function-failure.ts';

/** Sends the record of a failed invocation to a queue, with the permissions of the function's role. */
export type SendFailure = (queueArn: string, record: unknown, roleArn: string) => void;

/**
 * Asynchronous invocations: the event is taken and answered at once, and what fails goes to the function's failure
 * destination. Nothing is retried: a configuration that asks for retries is refused where the template is read, and
 * one that says nothing (AWS retries twice then) is told and left.
 */
export function later(
  { clock, tell }: Surroundings,
  invoke: (nameOrArn: string, event: unknown, caller: Caller) => Promise<unknown>,
  send: SendFailure,
) {
  const destinations = new Map<string, string>();
  return {
    sendFailuresTo: (functionName: string, queueArn: string): void => void destinations.set(functionName, queueArn),

    invoke: (nameOrArn: string, event: unknown, caller: Caller): void => {
      invoke(nameOrArn, event, caller).catch((error: Error) => {
        tell({ service: 'lambda', event: 'InvocationFailed', function: nameOrArn, message: error.message });
        const queueArn = error instanceof FunctionFailure && destinations.get(error.run.functionName);
        if (!queueArn) return;
        try {
          send(queueArn, failureRecord(clock.now(), event, error), error.run.roleArn);
        } catch (refused) {
          tell({ service: 'lambda', event: 'DestinationFailed', queue: queueArn, message: (refused as Error).message });
        }
      });
    },
  };
}

/** As documented (Lambda guide, "Retaining records of asynchronous invocations"). */
const failureRecord = (now: number, event: unknown, { error, run }: FunctionFailure & { run: FunctionRun }) => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: run.requestId,
    functionArn: `${run.functionArn}:${run.version}`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 1,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: run.version, functionError: 'Unhandled' },
  responsePayload: error,
});
