import * as z from 'zod';
import { action } from '../action.ts';
import { BadRequest } from '../bad-request.ts';
import { type Deployment, inProgress } from '../deployment.ts';
import { deploymentResponse } from '../deployment-response.ts';
import { applicationNeed, deploymentNeed, environmentNeed } from '../needs.ts';
import { revert, rollBack } from '../roll-out.ts';
import { type AppConfigState, deploymentOf, environmentOf } from '../state.ts';

/** Milliseconds after completion in which a deployment can be reverted (StopDeployment, API reference). */
const REVERTIBLE = 72 * 3_600_000;

/** Stops a growing deployment. AllowRevert also stops a baking one and reverts a completed one. */
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
      `Deployment ${deployment.number} is ${deployment.state}. Only a DEPLOYING deployment can be stopped; with ` +
        'AllowRevert also a BAKING one and one that completed in the last 72 hours.',
    );
}

const age = ({ surroundings }: AppConfigState, { completedAt = 0 }: Deployment) =>
  surroundings.clock.now() - completedAt;
