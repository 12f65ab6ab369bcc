import * as z from 'zod';
import { action } from '../action.ts';
import { described } from '../described.ts';
import { topicNeed, topicOf } from '../state.ts';

/** Lists the subscriptions of a topic, on one page. */
export const ListSubscriptionsByTopic = action({
  request: z.strictObject({ TopicArn: z.string(), NextToken: z.string().optional() }),
  needs: (_, { TopicArn }) => [topicNeed('ListSubscriptionsByTopic', TopicArn)],
  run: (state, { TopicArn }) => ({
    Subscriptions: topicOf(state, TopicArn).subscriptions.map((one) => described(state, one)),
  }),
});
