import type { GetExecutionHistoryInput, GetExecutionHistoryOutput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { HistoryEvent } from '../interpreter/history.ts';
import { page } from '../page.ts';
import type { States } from '../states.ts';

type Response = { events: HistoryEvent[] } & Pick<GetExecutionHistoryOutput, 'nextToken'>;

/** Returns the events of an execution. */
export const GetExecutionHistory: Action<States, GetExecutionHistoryInput, Response> = {
  needs: (_, { executionArn }) => [
    { action: 'states:GetExecutionHistory', resource: arnOf('execution', executionArn) },
  ],
  run: (states, { executionArn, reverseOrder = false, includeExecutionData = true, maxResults, nextToken }) => {
    const { history } = states.execution(arnOf('execution', executionArn));
    const ordered = reverseOrder ? history.toReversed() : history;
    const { items, next } = page(ordered, ({ id }) => String(id), { maxResults, nextToken });
    return { events: includeExecutionData ? items : items.map(withoutData), ...next };
  },
};

const DATA = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** Returns an event without inputs, outputs and variables. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const kept = Object.entries(event).map(([key, value]) => [key, typeof value === 'object' ? stripped(value) : value]);
  return Object.fromEntries(kept) as HistoryEvent;
}

const stripped = (details: object) => Object.fromEntries(Object.entries(details).filter(([key]) => !DATA.has(key)));
