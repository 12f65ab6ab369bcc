import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionName } from '../../domain/execution-name.ts';
import { accountNow } from './account-controls.ts';
import type { Connection } from './clients.ts';
import { errorSentence } from './error-sentence.ts';
import { pollingInterrupt } from './interrupt.ts';
import { asWait, attempts } from './retries.ts';

/**
 * Starts one of the environment's state machines. Returns the execution's ARN.
 *
 * The name makes the SDK's retry of a lost response harmless: Step Functions starts one execution per name and input.
 */
export async function startExecution(connection: Connection, machine: string, input: object): Promise<string> {
  const { operator, mode, trigger } = input as Readonly<Record<string, unknown>>;
  const who =
    mode === 'simulate' ? `DRILL-${String(operator ?? trigger ?? 'manual')}` : String(operator ?? mode ?? 'manual');
  const unique = randomUUID().slice(0, 8);
  const { executionArn = '' } = await connection.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: connection.arnOf(machine),
      name: executionName({ machine, who, at: await accountNow(connection), unique }),
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
}

/** `enough`: states after whose end nothing more interests the caller. `left`: called with each state that ended, its output, and the instant in milliseconds. */
export type Following = {
  readonly enough?: readonly string[];
  readonly left?: (state: string, output: unknown, at: number) => void;
};

/**
 * Follows an execution until it ends and prints each state that it enters, each reason to wait and each failure.
 *
 * Ctrl-C stops the following, not the execution; the result is then undefined. After a state of `enough` the result is that of the
 * running execution, with the state's output.
 */
export async function follow(
  { stepFunctions }: Connection,
  executionArn: string,
  print: (line: string) => void,
  { enough = [], left: seeLeft }: Following = {},
): Promise<DescribeExecutionOutput | undefined> {
  let newestId = 0;
  let began: number | undefined;
  let last: string | undefined;
  const trying = attempts();
  const machine = executionArn.split(':').at(-2) ?? '';
  return pollingInterrupt(async (interrupted) => {
    for (;;) {
      const { status, ...description } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const { events = [] } = await stepFunctions.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      for (const event of events.filter(({ id = 0 }) => id > newestId)) {
        const at = event.timestamp?.getTime() ?? 0;
        newestId = event.id ?? 0;
        began ??= at;
        const state = event.stateEnteredEventDetails?.name;
        if (state !== undefined) trying.enter(machine, state);
        const line = progressOf(event, trying.isRetried());
        trying.fail(event.taskFailedEventDetails?.error);
        // A state that waits fails on each retry with the same sentence; print it once.
        if (line !== undefined && line !== last) print(`+${((at - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
        last = line ?? last;
        const { name, output } = event.stateExitedEventDetails ?? {};
        if (name !== undefined && output !== undefined) seeLeft?.(name, JSON.parse(output), at);
      }
      if (status !== 'RUNNING') return { status, ...description } as DescribeExecutionOutput;
      const left = events.find(({ stateExitedEventDetails: one }) => enough.includes(one?.name ?? ''));
      if (left)
        return { status, ...description, output: left.stateExitedEventDetails?.output } as DescribeExecutionOutput;
      if (interrupted()) return undefined;
      await sleep(500);
    }
  });
}

/** Returns the output of a state that an execution has left; undefined if it has not. */
export async function outputOfState(
  { stepFunctions }: Connection,
  executionArn: string,
  state: string,
): Promise<unknown> {
  const { events = [] } = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const left = events.findLast(({ stateExitedEventDetails: one }) => one?.name === state);
  const { output } = left?.stateExitedEventDetails ?? {};
  return output === undefined ? undefined : JSON.parse(output);
}

/** Errors that functions throw to wait for hosts or for each other: the state retries. */
const waiting = ['StillRunning', 'StillDeciding'];

/**
 * Returns the progress line of one event of an execution; undefined if the event is not worth a line. `isRetried`: the machine
 * tries a failed step again, so its failure reads as a wait.
 */
export function progressOf({ type, ...event }: HistoryEvent, isRetried = false): string | undefined {
  if (type?.endsWith('StateEntered')) return event.stateEnteredEventDetails?.name;
  const { error = '', cause } = event.taskFailedEventDetails ?? {};
  if (type !== 'TaskFailed' || waiting.includes(error)) return undefined;
  if (error === 'StepFailed' && isRetried) return `    ${asWait(errorSentence(error, cause))}`;
  return `    ${error === 'FleetBusy' ? 'waits' : 'failed'}: ${errorSentence(error, cause)}`;
}

/** Returns an execution's status, and its error and cause if it failed. */
export async function executionState({ stepFunctions }: Connection, executionArn: string) {
  try {
    const {
      status = 'unknown',
      error,
      cause,
    } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { status: String(status), error, cause, isDeleted: false };
  } catch (failure) {
    // Step Functions deletes executions after 90 days, and with their machine; the record stays.
    if ((failure as Error).name !== 'ExecutionDoesNotExist') throw failure;
    return { status: 'DELETED', error: undefined, cause: undefined, isDeleted: true };
  }
}
