import * as z from 'zod';
import { action } from '../action.ts';
import { describedStrategy } from '../described.ts';
import { page, paging } from '../page.ts';

/** Lists all deployment strategies, including AWS's own. */
export const ListDeploymentStrategies = action({
  request: z.strictObject(paging),
  needs: () => [{ action: 'appconfig:ListDeploymentStrategies', resource: '*' }],
  run: ({ strategies }, request) => page([...strategies.values()], request, describedStrategy),
});
