import * as z from 'zod';
import { action } from '../action.ts';
import { describedStrategy } from '../described.ts';
import { strategyNeed } from '../needs.ts';
import { strategyOf } from '../state.ts';

/** Returns one deployment strategy. */
export const GetDeploymentStrategy = action({
  request: z.strictObject({ DeploymentStrategyId: z.string() }),
  needs: (state, request) => [strategyNeed(state, 'GetDeploymentStrategy', request.DeploymentStrategyId)],
  run: (state, request) => describedStrategy(strategyOf(state, request.DeploymentStrategyId)),
});
