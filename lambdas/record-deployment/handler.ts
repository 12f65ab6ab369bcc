import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type RecordDeploymentDeps, recordDeployment } from './record-deployment.ts';

const input = z.object({ input: z.unknown(), started_at: z.string() });

/** Records a deployment. Calling it twice stores it once. */
export const recordDeploymentHandler = (deps: RecordDeploymentDeps) =>
  middy(async (request: z.infer<typeof input>) => recordDeployment(deps, request)).use(checkedInput(input));
