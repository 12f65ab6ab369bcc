import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { startQuery } from '../queries.ts';
import { requestAs } from '../request.ts';
import { groupNeed, type LogsState } from '../state.ts';

/** Starts a query of CloudWatch Logs Insights over log groups. GetQueryResults returns its lines. */
export const StartQuery: Action<LogsState, z.input<typeof input>, unknown> = {
  needs: (state, request) => namesIn(request).map((name) => groupNeed(state, 'StartQuery', name)),
  run: (state, request) => {
    const { startTime, endTime, queryString: text, limit } = requestAs(input, request);
    if (endTime < startTime)
      throw new AwsError('InvalidParameterException', `endTime ${endTime} is before startTime ${startTime}.`);
    // Seconds since the epoch, both included (CloudWatch Logs API, StartQuery).
    const [from, to] = [startTime * 1000, endTime * 1000 + 999];
    return { queryId: startQuery(state, { groups: namesIn(request), from, to, text, limit }) };
  },
};

const names = z.array(z.string()).min(1).max(50);
const input = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupNames: names.optional(),
  logGroupIdentifiers: names.optional(),
  startTime: z.int().min(0),
  endTime: z.int().min(0),
  queryString: z.string().max(10_000),
  limit: z.int().min(1).max(10_000).optional(),
});

function namesIn({ logGroupName, logGroupNames, logGroupIdentifiers }: z.input<typeof input>): readonly string[] {
  const given = [logGroupName === undefined ? undefined : [logGroupName], logGroupNames, logGroupIdentifiers];
  const [found, ...more] = given.filter((one) => one !== undefined);
  if (found && more.length === 0) return found;
  throw new AwsError(
    'InvalidParameterException',
    'StartQuery needs exactly one of logGroupName, logGroupNames and logGroupIdentifiers; the embedded account has no SOURCE.',
  );
}
