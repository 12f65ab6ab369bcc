import * as z from 'zod';
import { action } from '../action.ts';
import { describedEnvironment } from '../described.ts';
import { applicationNeed } from '../needs.ts';
import { page, paging } from '../page.ts';
import { applicationOf } from '../state.ts';

/** Lists the environments of an application. */
export const ListEnvironments = action({
  request: z.strictObject({ ApplicationId: z.string(), ...paging }),
  needs: (state, request) => [applicationNeed(state, 'ListEnvironments', request)],
  run: (state, request) => {
    const application = applicationOf(state, request);
    const environments = [...state.environments.values()].filter((one) => one.application === application);
    return page(environments, request, describedEnvironment);
  },
});
