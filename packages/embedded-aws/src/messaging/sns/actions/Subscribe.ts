import * as z from 'zod';
import { action } from '../action.ts';
import { parseFilterPolicy } from '../filter-policy.ts';
import { invalidParameter, topicNeed, topicOf } from '../state.ts';
import { subscribe } from '../subscribe.ts';

const attributes = z.strictObject({
  FilterPolicy: z.string().optional(),
  FilterPolicyScope: z.literal('MessageAttributes').optional(),
  RawMessageDelivery: z.enum(['true', 'false']).optional(),
});

/** Subscribes a queue, a function or an address to a topic. An address stays pending: confirmation is not supported. */
export const Subscribe = action({
  request: z.strictObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: z.string(),
    Attributes: attributes.default({}),
    ReturnSubscriptionArn: z.enum(['true', 'false']).optional(),
  }),
  needs: (_, { TopicArn }) => [topicNeed('Subscribe', TopicArn)],
  run: (state, { TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn }) => {
    const topic = topicOf(state, TopicArn);
    const { FilterPolicy, RawMessageDelivery } = Attributes;
    const { arn, pending } = subscribe(state, topic, {
      protocol: Protocol,
      endpoint: Endpoint,
      raw: RawMessageDelivery === 'true',
      filter: FilterPolicy === undefined ? undefined : filterOf(FilterPolicy),
    });
    return { SubscriptionArn: pending && ReturnSubscriptionArn !== 'true' ? 'pending confirmation' : arn };
  },
});

function filterOf(json: string) {
  try {
    return parseFilterPolicy(JSON.parse(json));
  } catch (error) {
    throw invalidParameter(`Attributes Reason: FilterPolicy: ${(error as Error).message}`);
  }
}
