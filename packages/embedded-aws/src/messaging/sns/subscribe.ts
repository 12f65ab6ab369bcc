import { uuid } from '../../clock/random.ts';
import { invalidParameter, type SnsState, type Subscription, type Topic } from './state.ts';

/** The protocols of subscriptions. A subscription that must be confirmed stays pending: confirmation is not supported. */
const PROTOCOLS: Readonly<Record<string, { readonly confirms: boolean }>> = {
  email: { confirms: true },
  'email-json': { confirms: true },
  https: { confirms: true },
  lambda: { confirms: false },
  sms: { confirms: false },
  sqs: { confirms: false },
};

/** Adds a subscription. Returns the existing one if the endpoint is already subscribed. */
export function subscribe(
  { surroundings }: SnsState,
  topic: Topic,
  wanted: Pick<Subscription, 'protocol' | 'endpoint' | 'raw' | 'filter'>,
): Subscription {
  const { protocol, endpoint } = wanted;
  const known = PROTOCOLS[protocol];
  if (!known) throw invalidParameter(`Does not support this protocol string: ${protocol}`);
  const same = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
  if (same) return same;
  const id = uuid(surroundings.random, `sns/subscription/${topic.arn}/${protocol}/${endpoint}`);
  const subscription = { ...wanted, arn: `${topic.arn}:${id}`, topicArn: topic.arn, pending: known.confirms };
  topic.subscriptions.push(subscription);
  return subscription;
}
