import * as z from 'zod';
import type { CheckedAction } from '../../wire/checked-action.ts';
import type { LambdaState } from './ListFunctions.ts';

const request = z.strictObject({});

/** The quotas that Lambda's guide gives ("Lambda quotas"). An account that begins with fewer executions is not modelled. */
const CONCURRENT_EXECUTIONS = 1000;
const BYTES = { TotalCodeSize: 75 * 2 ** 30, CodeSizeUnzipped: 250 * 2 ** 20, CodeSizeZipped: 50 * 2 ** 20 };

/** Returns the quotas and what is used of them. No code is stored: functions run from the files of the assembly. */
export const GetAccountSettings: CheckedAction<LambdaState, typeof request, unknown> = {
  request,
  needs: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
  run: ({ list }) => {
    const reserved = list().reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    return {
      AccountLimit: {
        ...BYTES,
        ConcurrentExecutions: CONCURRENT_EXECUTIONS,
        UnreservedConcurrentExecutions: CONCURRENT_EXECUTIONS - reserved,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: list().length },
    };
  },
};
