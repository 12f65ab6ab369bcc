import * as z from 'zod';
import { action } from '../action.ts';

/** All topics, on one page. */
export const ListTopics = action({
  request: z.strictObject({}),
  needs: () => [{ action: 'sns:ListTopics', resource: '*' }],
  run: ({ topics }) => ({ Topics: [...topics.keys()].map((TopicArn) => ({ TopicArn })) }),
});
