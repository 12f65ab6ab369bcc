import * as z from 'zod';
import { action } from '../action.ts';
import { deploymentResponse } from '../deployment-response.ts';
import { applicationNeed, deploymentNeed, environmentNeed } from '../needs.ts';
import { deploymentOf, environmentOf } from '../state.ts';

/** Returns the state, the percentage and the event log of a deployment. */
export const GetDeployment = action({
  request: z.strictObject({ ApplicationId: z.string(), EnvironmentId: z.string(), DeploymentNumber: z.int() }),
  needs: (state, request) => [
    applicationNeed(state, 'GetDeployment', request),
    environmentNeed(state, 'GetDeployment', request),
    deploymentNeed(state, 'GetDeployment', request),
  ],
  run: (state, request) =>
    deploymentResponse(state, deploymentOf(environmentOf(state, request), request.DeploymentNumber)),
});
