import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Reached } from './clients.ts';
import { ignoringInterrupt } from './interrupt.ts';

/** Starts one of the environment's state machines; answers the execution's ARN. */
export async function startExecution(account: Reached, machine: string, input: object): Promise<string> {
  const { executionArn = '' } = await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: account.arnOf(machine), input: JSON.stringify(input) }),
  );
  return executionArn;
}

/**
 * Follows an execution until it is over and says each state as it is entered.
 *
 * Ctrl-C ends the following, not the execution: undefined then.
 */
export async function follow(
  { stepFunctions }: Reached,
  executionArn: string,
  say: (line: string) => void,
): Promise<DescribeExecutionOutput | undefined> {
  let seen = 0;
  let began: number | undefined;
  return ignoringInterrupt(async (interrupted) => {
    for (;;) {
      const { status, ...description } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const { events = [] } = await stepFunctions.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      for (const { id = 0, timestamp, type, stateEnteredEventDetails } of events.filter(({ id = 0 }) => id > seen)) {
        seen = id;
        began ??= timestamp?.getTime() ?? 0;
        if (type?.endsWith('StateEntered'))
          say(
            `+${(((timestamp?.getTime() ?? 0) - began) / 1000).toFixed(1).padStart(6)} s  ${stateEnteredEventDetails?.name}`,
          );
      }
      if (status !== 'RUNNING') return { status, ...description } as DescribeExecutionOutput;
      if (interrupted()) return undefined;
      await sleep(500);
    }
  });
}
