import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { Subscription } from '../../domain/ready/account-lines.ts';

/** The product's own function gets every message too, and calls nobody. */
const writesPages = /:function:rollback-[a-z0-9]+-write-page(:|$)/;

/** Returns the subscriptions of the operators' topic, without the product's own. One that nobody has confirmed yet has the ARN `PendingConfirmation`. */
export const subscriptionsOn = (sns: SNSClient, TopicArn: string) => async (): Promise<Subscription[]> => {
  const found: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
      if (!writesPages.test(Endpoint))
        found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') });
  return found;
};
