import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import type { Chain } from '../../domain/history/event.ts';
import type { Connection } from './clients.ts';

/**
 * The chain's end as an execution's own history last had it: each state's output carries it, and nobody can write there
 * afterwards. Undefined where Step Functions has forgotten the execution, or no state has ended.
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
