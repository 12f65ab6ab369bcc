import { DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { type Ending, endings } from '../../domain/ending.ts';
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

/**
 * Returns the ending of a phase's execution by Step Functions' own account of it. An execution that was stopped or timed out
 * has the ending that its states had reached, else *Needs a person*, as which Reconcile closes it.
 *
 * Undefined if it runs, if its input was refused, or if Step Functions has deleted it.
 */
export async function outcome({ stepFunctions }: Connection, executionArn: string): Promise<Ending | undefined> {
  try {
    const { status, error } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return undefined;
    if (status === 'FAILED' && error !== 'NeedsAPerson') return undefined;
    const { events = [] } = await stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }),
    );
    const reached = events.map(endingIn).find((one) => one !== undefined);
    return reached ?? 'Needs a person';
  } catch (error) {
    if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}

/** The last state of an execution has its ending's name; the states before return it as `ending` or as `decision`. */
function endingIn({ stateEnteredEventDetails, stateExitedEventDetails }: HistoryEvent): Ending | undefined {
  const { ending, decision } = (JSON.parse(stateExitedEventDetails?.output ?? 'null') ?? {}) as Record<string, unknown>;
  return endings.find((one) => one === stateEnteredEventDetails?.name || one === ending || one === decision);
}
