import {
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  paginateGetExecutionHistory,
} from '@aws-sdk/client-sfn';
import type { Connection } from './clients.ts';
import { errorSentence } from './error-sentence.ts';

/** A state that an execution entered. Instants in epoch milliseconds. */
export type VisitedState = {
  readonly state: string;
  readonly times: number;
  /** The newest time. */
  readonly entered: number;
  /** null: the execution is in this state. */
  readonly exited: number | null;
  /** The newest failure of the state's task since it was entered; null: none. */
  readonly failed: string | null;
};

/** Returns the definition with which an execution runs; undefined if Step Functions does not have it any longer. */
export async function readDefinitionOf(
  { stepFunctions }: Connection,
  executionArn: string,
): Promise<string | undefined> {
  try {
    return (await stepFunctions.send(new DescribeStateMachineForExecutionCommand({ executionArn }))).definition;
  } catch (error) {
    if (gone.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** Returns the states that an execution has been in, in the order in which it first entered them; [] if it was deleted. */
export async function readVisitedStates(
  { stepFunctions }: Connection,
  executionArn: string,
): Promise<readonly VisitedState[]> {
  const found = new Map<string, VisitedState>();
  let last: string | undefined;
  const pages = paginateGetExecutionHistory(
    { client: stepFunctions, pageSize: 1000 },
    { executionArn, includeExecutionData: false },
  );
  try {
    for await (const { events = [] } of pages)
      for (const { timestamp, ...event } of events) {
        const at = timestamp?.getTime() ?? 0;
        const [entered, exited] = [event.stateEnteredEventDetails?.name, event.stateExitedEventDetails?.name];
        const { error, cause } = event.taskFailedEventDetails ?? {};
        const before = found.get(entered ?? exited ?? last ?? '');
        if (entered !== undefined) {
          const times = (before?.times ?? 0) + 1;
          found.set(entered, { state: entered, times, entered: at, exited: null, failed: null });
          last = entered;
        } else if (before && exited !== undefined) found.set(exited, { ...before, exited: at });
        else if (before && error !== undefined)
          found.set(before.state, { ...before, failed: errorSentence(error, cause) });
      }
  } catch (error) {
    if (!gone.includes((error as Error).name)) throw error;
  }
  return [...found.values()];
}

/** A state with more events than this since it was entered has been retried for long, and the page shows it already. */
const newestEvents = 50;

/** Returns the state that an execution entered last, by its newest events; null: it is not known. */
export async function readNewestState({ stepFunctions }: Connection, executionArn: string): Promise<string | null> {
  const newest = { executionArn, reverseOrder: true, maxResults: newestEvents, includeExecutionData: false };
  const { events = [] } = await stepFunctions.send(new GetExecutionHistoryCommand(newest));
  return events.find(({ stateEnteredEventDetails: one }) => one?.name)?.stateEnteredEventDetails?.name ?? null;
}

/** Step Functions deletes executions after 90 days, and with their machine. */
const gone = ['ExecutionDoesNotExist', 'StateMachineDoesNotExist'];
