import * as z from 'zod';
import { action } from '../action.ts';
import { describedEnvironment } from '../described.ts';
import { applicationNeed, environmentNeed } from '../needs.ts';
import { environmentOf } from '../state.ts';

/** Returns one environment with its monitors and its state. */
export const GetEnvironment = action({
  request: z.strictObject({ ApplicationId: z.string(), EnvironmentId: z.string() }),
  needs: (state, request) => [
    applicationNeed(state, 'GetEnvironment', request),
    environmentNeed(state, 'GetEnvironment', request),
  ],
  run: (state, request) => describedEnvironment(environmentOf(state, request)),
});
