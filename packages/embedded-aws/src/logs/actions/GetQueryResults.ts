import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { queryResults } from '../queries.ts';
import { requestAs } from '../request.ts';
import type { LogsState } from '../state.ts';

/** Returns the lines of a query, and whether it still runs. */
export const GetQueryResults: Action<LogsState, z.input<typeof input>, unknown> = {
  // No resource type (Service Authorization Reference, CloudWatch Logs).
  needs: () => [{ action: 'logs:GetQueryResults', resource: '*' }],
  run: (state, request) => queryResults(state, requestAs(input, request).queryId),
};

const input = z.strictObject({ queryId: z.string() });
