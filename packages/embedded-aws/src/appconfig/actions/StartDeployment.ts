import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import { action } from '../action.ts';
import type { Profile } from '../configuration.ts';
import { blocks, type Deployment, type Environment } from '../deployment.ts';
import { deploymentResponse } from '../deployment-response.ts';
import { applicationNeed, environmentNeed, profileNeed, strategyNeed } from '../needs.ts';
import { record, rollOut } from '../roll-out.ts';
import { environmentOf, notFound, profileOf, strategyOf } from '../state.ts';

/** Starts to deploy a version to an environment. Without an idempotency token, a repeated request is a conflict. */
export const StartDeployment = action({
  request: z.strictObject({
    ApplicationId: z.string(),
    EnvironmentId: z.string(),
    DeploymentStrategyId: z.string(),
    ConfigurationProfileId: z.string(),
    ConfigurationVersion: z.string().min(1).max(1024),
    Description: z.string().max(1024).optional(),
    LatestDeploymentNumber: z.int().optional(),
    Tags: z.record(z.string(), z.string()).default({}),
  }),
  needs: (state, request) => [
    applicationNeed(state, 'StartDeployment', request),
    environmentNeed(state, 'StartDeployment', request),
    profileNeed(state, 'StartDeployment', request),
    strategyNeed(state, 'StartDeployment', request.DeploymentStrategyId),
  ],
  run: (state, request) => {
    const environment = environmentOf(state, request);
    const profile = profileOf(state, request);
    const deployment: Deployment = {
      number: environment.deployments.length + 1,
      environment,
      profile,
      version: versionOf(profile, request.ConfigurationVersion),
      strategy: strategyOf(state, request.DeploymentStrategyId),
      description: request.Description,
      tags: request.Tags,
      startedAt: state.surroundings.clock.now(),
      state: 'DEPLOYING',
      events: [],
      offers: [],
    };
    checkLatest(environment, request.LatestDeploymentNumber);
    checkFree(environment);
    environment.deployments.push(deployment);
    record(state, deployment, 'DEPLOYING', {
      type: 'DEPLOYMENT_STARTED',
      triggeredBy: 'USER',
      description: 'Deployment started',
    });
    rollOut(state, deployment);
    return deploymentResponse(state, deployment);
  },
});

/** Finds a version by its number or its label. They cannot clash: a label has at least one non-digit. */
function versionOf(profile: Profile, wanted: string) {
  const version = profile.versions.find(({ number, label }) => wanted === String(number) || wanted === label);
  return version ?? notFound('HostedConfigurationVersion', `${profile.id}/${wanted}`);
}

function checkLatest({ name, deployments }: Environment, expected: number | undefined): void {
  if (expected === undefined || expected === deployments.length) return;
  const message = `The latest deployment to ${name} is ${deployments.length}, not ${expected}. Read it and try again.`;
  throw new AwsError('ConflictException', message, 409);
}

function checkFree({ name, deployments }: Environment): void {
  const latest = deployments.at(-1);
  if (!latest || !blocks(latest)) return;
  const message = `Deployment ${latest.number} to ${name} is ${latest.state}; an environment has one deployment at a time.`;
  throw new AwsError('ConflictException', message, 409);
}
