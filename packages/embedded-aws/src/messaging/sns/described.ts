import type { SnsState, Subscription } from './state.ts';

/** Returns a subscription as lists show it. */
export const described = (
  { surroundings }: SnsState,
  { arn, protocol, endpoint, pending, topicArn }: Subscription,
) => ({
  SubscriptionArn: pending ? 'PendingConfirmation' : arn,
  Owner: surroundings.accountId,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});
