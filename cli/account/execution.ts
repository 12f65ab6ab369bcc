import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ignoringInterrupt } from '../commands/interrupt.ts';
import type { Connection } from './clients.ts';
import { errorSentence } from './error-sentence.ts';

/** Starts one of the environment's state machines; answers the execution's ARN. */
export async function startExecution(account: Connection, machine: string, input: object): Promise<string> {
  const { executionArn = '' } = await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: account.arnOf(machine), input: JSON.stringify(input) }),
  );
  return executionArn;
}

/**
 * Follows an execution until it is over and says each state as it is entered, why it waits, and what failed.
 *
 * Ctrl-C ends the following, not the execution: undefined then.
 */
export async function follow(
  { stepFunctions }: Connection,
  executionArn: string,
  say: (line: string) => void,
): Promise<DescribeExecutionOutput | undefined> {
  let seen = 0;
  let began: number | undefined;
  let last: string | undefined;
  return ignoringInterrupt(async (interrupted) => {
    for (;;) {
      const { status, ...description } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const { events = [] } = await stepFunctions.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      for (const event of events.filter(({ id = 0 }) => id > seen)) {
        const at = event.timestamp?.getTime() ?? 0;
        seen = event.id ?? 0;
        began ??= at;
        const line = progressOf(event);
        // A state that waits says so once, not at each of its tries.
        if (line !== undefined && line !== last) say(`+${((at - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
        last = line ?? last;
      }
      if (status !== 'RUNNING') return { status, ...description } as DescribeExecutionOutput;
      if (interrupted()) return undefined;
      await sleep(500);
    }
  });
}

/** How functions wait for hosts and for each other. */
const waiting = ['StillRunning', 'StillDeciding'];

/** What one event of an execution means to who follows it. */
export function progressOf({ type, ...event }: HistoryEvent): string | undefined {
  if (type?.endsWith('StateEntered')) return event.stateEnteredEventDetails?.name;
  const { error = '', cause } = event.taskFailedEventDetails ?? {};
  if (type !== 'TaskFailed' || waiting.includes(error)) return undefined;
  return `    ${error === 'FleetBusy' ? 'waits' : 'failed'}: ${errorSentence(error, cause)}`;
}

/** How an execution is doing, or ended. */
export async function executionState({ stepFunctions }: Connection, executionArn: string) {
  try {
    const {
      status = 'unknown',
      error,
      cause,
    } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { status: String(status), error, cause };
  } catch (failure) {
    // Step Functions forgets executions after 90 days; the record does not.
    if ((failure as Error).name !== 'ExecutionDoesNotExist') throw failure;
    return { status: 'more than 90 days ago', error: undefined, cause: undefined };
  }
}
