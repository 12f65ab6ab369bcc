import * as z from 'zod';
import { action } from '../action.ts';
import { topicNeed, topicOf } from '../state.ts';

/** Returns a topic's attributes with the numbers of its subscriptions. */
export const GetTopicAttributes = action({
  request: z.strictObject({ TopicArn: z.string() }),
  needs: (_, { TopicArn }) => [topicNeed('GetTopicAttributes', TopicArn)],
  run: (state, { TopicArn }) => {
    const { arn, displayName, subscriptions } = topicOf(state, TopicArn);
    const pending = subscriptions.filter((one) => one.pending).length;
    return {
      Attributes: new Map([
        ['TopicArn', arn],
        ['Owner', state.surroundings.accountId],
        ['DisplayName', displayName],
        ['SubscriptionsConfirmed', String(subscriptions.length - pending)],
        ['SubscriptionsPending', String(pending)],
        ['SubscriptionsDeleted', '0'],
      ]),
    };
  },
});
