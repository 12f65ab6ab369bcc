import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import type { Chain } from '../../domain/history/event.ts';
import type { Connection } from './clients.ts';

/**
 * Returns the end of the event chain as the execution's own history last recorded it: each state's output carries it, and
 * nobody can change that history afterwards.
 *
 * Undefined if no state has ended yet, or if Step Functions has deleted the execution.
 */
export async function witness({ stepFunctions }: Connection, executionArn: string): Promise<Chain | undefined> {
  try {
    const { events = [] } = await stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }),
    );
    return events.map((event) => chainIn(event.stateExitedEventDetails?.output)).find((one) => one !== undefined);
  } catch (error) {
    if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

function chainIn(output: string | undefined): Chain | undefined {
  const chain = (JSON.parse(output ?? 'null') as { chain?: Chain } | null)?.chain;
  return chain && chain.count > 0 ? chain : undefined;
}
