import * as z from 'zod';
import { action } from '../action.ts';
import { describedApplication } from '../described.ts';
import { page, paging } from '../page.ts';

/** Lists all applications of the account. */
export const ListApplications = action({
  request: z.strictObject(paging),
  needs: () => [{ action: 'appconfig:ListApplications', resource: '*' }],
  run: ({ applications }, request) => page([...applications.values()], request, describedApplication),
});
