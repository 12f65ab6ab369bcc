import * as z from 'zod';
import { action } from '../action.ts';
import { topicNeed, topicOf } from '../state.ts';

/** Lists the subscriptions of a topic, on one page. */
export const ListSubscriptionsByTopic = action({
  request: z.strictObject({ TopicArn: z.string() }),
  needs: (_, { TopicArn }) => [topicNeed('ListSubscriptionsByTopic', TopicArn)],
  run: (state, { TopicArn }) => ({
    Subscriptions: topicOf(state, TopicArn).subscriptions.map(({ arn, protocol, endpoint, pending }) => ({
      SubscriptionArn: pending ? 'PendingConfirmation' : arn,
      Owner: state.surroundings.accountId,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn,
    })),
  }),
});
