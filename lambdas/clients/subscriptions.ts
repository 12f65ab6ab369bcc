import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Subscription } from '../../domain/ready/account-lines.ts';

/** Returns the subscriptions of the operators' topic. One that nobody has confirmed yet has the ARN `PendingConfirmation`. */
export const subscriptionsOn = (sns: SNSClient, TopicArn: string) => async (): Promise<Subscription[]> => {
  const found: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
      found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') });
  return found;
};
