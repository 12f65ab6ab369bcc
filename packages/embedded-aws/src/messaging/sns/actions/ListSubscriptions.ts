import * as z from 'zod';
import { action } from '../action.ts';
import { described } from '../described.ts';

/** Lists the subscriptions of all topics, on one page. */
export const ListSubscriptions = action({
  request: z.strictObject({ NextToken: z.string().optional() }),
  needs: () => [{ action: 'sns:ListSubscriptions', resource: '*' }],
  run: (state) => ({
    Subscriptions: [...state.topics.values()].flatMap(({ subscriptions }) =>
      subscriptions.map((one) => described(state, one)),
    ),
  }),
});
