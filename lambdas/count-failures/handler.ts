import middy from '@middy/core';
import { checkedInput } from '../middleware/checked-input.ts';
import { type CountFailuresDeps, countFailures, type Failed, failedSchema } from './count-failures.ts';

/** Counts unexpected failures for the alarms on machines. Calling it twice counts twice, which leaves the alarm as it is. */
export const countFailuresHandler = (deps: CountFailuresDeps) =>
  middy(async (failed: Failed) => countFailures(deps, failed)).use(checkedInput(failedSchema));
