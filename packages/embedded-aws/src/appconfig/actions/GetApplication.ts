import * as z from 'zod';
import { action } from '../action.ts';
import { describedApplication } from '../described.ts';
import { applicationNeed } from '../needs.ts';
import { applicationOf } from '../state.ts';

/** Returns one application. */
export const GetApplication = action({
  request: z.strictObject({ ApplicationId: z.string() }),
  needs: (state, request) => [applicationNeed(state, 'GetApplication', request)],
  run: (state, request) => describedApplication(applicationOf(state, request)),
});
