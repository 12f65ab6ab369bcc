import * as z from 'zod';
import { action } from '../action.ts';

/** Lists all topics, on one page. */
export const ListTopics = action({
  request: z.strictObject({}),
  needs: () => [{ action: 'sns:ListTopics', resource: '*' }],
  run: ({ topics }) => ({ Topics: [...topics.keys()].map((TopicArn) => ({ TopicArn })) }),
});
