import * as z from 'zod';
import { action } from '../action.ts';
import { BadRequest } from '../bad-request.ts';
import { type Deployment, inProgress } from '../deployment.ts';
import { deploymentResponse } from '../deployment-response.ts';
import { applicationNeed, deploymentNeed, environmentNeed } from '../needs.ts';
import { revert, rollBack } from '../roll-out.ts';
import { type AppConfigState, deploymentOf, environmentOf } from '../state.ts';

/** A completed deployment can be taken back for this long (StopDeployment, API reference). */
const REVERTIBLE = 72 * 3_600_000;

/** Takes a deployment back: one that grows always, one that bakes or is complete only with AllowRevert. */
export const StopDeployment = action({
  request: z.strictObject({
    ApplicationId: z.string(),
    EnvironmentId: z.string(),
    DeploymentNumber: z.int(),
    AllowRevert: z.boolean().default(false),
  }),
  needs: (state, request) => [
    applicationNeed(state, 'StopDeployment', request),
    environmentNeed(state, 'StopDeployment', request),
    deploymentNeed(state, 'StopDeployment', request),
  ],
  run: (state, request, caller) => {
    const deployment = deploymentOf(environmentOf(state, request), request.DeploymentNumber);
    stop(state, deployment, request.AllowRevert, caller.arn);
    return deploymentResponse(state, deployment);
  },
});

function stop(state: AppConfigState, deployment: Deployment, allowRevert: boolean, by: string): void {
  const revertible = deployment.state === 'COMPLETE' && age(state, deployment) <= REVERTIBLE;
  if (deployment.state === 'DEPLOYING' || (allowRevert && inProgress(deployment)))
    rollBack(state, deployment, 'USER', `Rollback initiated by ${by}`);
  else if (allowRevert && revertible) revert(state, deployment);
  else
    throw new BadRequest(
      `Deployment ${deployment.number} is ${deployment.state}. Only a deployment that is DEPLOYING can be stopped; ` +
        'with AllowRevert also one that is BAKING, or was completed in the last 72 hours.',
    );
}

const age = ({ surroundings }: AppConfigState, { completedAt = 0 }: Deployment) =>
  surroundings.clock.now() - completedAt;
