import * as z from 'zod';
import { action } from '../action.ts';
import { describedStrategy } from '../described.ts';
import { page, paging } from '../page.ts';

/** All deployment strategies, AWS's own among them. */
export const ListDeploymentStrategies = action({
  request: z.strictObject(paging),
  needs: () => [{ action: 'appconfig:ListDeploymentStrategies', resource: '*' }],
  run: ({ strategies }, request) => page([...strategies.values()], request, describedStrategy),
});
