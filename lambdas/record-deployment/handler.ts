import middy from '@middy/core';
import * as z from 'zod';
import type { Deployments } from '../deployments.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { recordDeployment } from './record-deployment.ts';

const input = z.object({ input: z.unknown(), started_at: z.string() });

/** Records a deployment. Calling it twice stores it once. */
export const recordingDeployment = (deployments: Deployments) =>
  middy(async (recording: z.infer<typeof input>) => recordDeployment(deployments, recording)).use(checkedInput(input));
