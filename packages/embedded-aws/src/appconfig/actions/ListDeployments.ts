import * as z from 'zod';
import { action } from '../action.ts';
import { deploymentSummary } from '../deployment-response.ts';
import { applicationNeed, environmentNeed } from '../needs.ts';
import { page, paging } from '../page.ts';
import { environmentOf } from '../state.ts';

/** Lists the deployments to an environment, the latest first. */
export const ListDeployments = action({
  request: z.strictObject({ ApplicationId: z.string(), EnvironmentId: z.string(), ...paging }),
  needs: (state, request) => [
    applicationNeed(state, 'ListDeployments', request),
    environmentNeed(state, 'ListDeployments', request),
  ],
  run: (state, request) =>
    page(environmentOf(state, request).deployments.toReversed(), request, (one) => deploymentSummary(state, one)),
});
