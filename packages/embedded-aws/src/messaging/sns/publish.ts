import { uuid } from '../../clock/random.ts';
import type { MessageAttributes } from '../message-attributes.ts';
import { accepts } from './filter-policy.ts';
import type { Delivery, Message, SnsState, Subscription, Topic } from './state.ts';

export type Publication = {
  readonly subject?: string | undefined;
  readonly message: string;
  readonly attributes: MessageAttributes;
};

/** Delivers a message to every subscription of the topic, stores and reports the message, and returns its id. */
export function publish(state: SnsState, topic: Topic, publication: Publication): string {
  const { clock, random, tell } = state.surroundings;
  const sent = {
    messageId: uuid(random, `sns/message/${state.messages.length}`),
    at: clock.now(),
    topicArn: topic.arn,
    ...publication,
  };
  const deliveries = topic.subscriptions.map((subscription) => ({
    protocol: subscription.protocol,
    endpoint: subscription.endpoint,
    outcome: deliver(state, subscription, sent),
  }));
  state.messages.push({ ...sent, deliveries });
  const { subject, message, attributes } = publication;
  tell({ service: 'sns', event: 'Published', topic: topic.arn, subject, message, attributes });
  return sent.messageId;
}

type Sent = Omit<Message, 'deliveries'>;

function deliver(state: SnsState, subscription: Subscription, sent: Sent): Delivery['outcome'] {
  const { protocol, endpoint, raw, filter, pending } = subscription;
  if (filter && !accepts(filter, sent.attributes)) return 'filtered out';
  if (pending) return 'pending confirmation';
  if (protocol === 'sqs') {
    const [body, attributes] = raw ? [sent.message, sent.attributes] : [JSON.stringify(notification(state, sent)), {}];
    return state.toQueue(endpoint, body, attributes, sent.topicArn) ? 'delivered' : 'refused by the queue';
  }
  if (protocol !== 'lambda') return 'kept';
  state.toFunction(endpoint, lambdaEvent(subscription, notification(state, sent)));
  return 'delivered';
}

/** Returns the envelope that subscribers receive. The account does not sign it. */
const notification = ({ surroundings: { region } }: SnsState, sent: Sent) => ({
  Type: 'Notification',
  MessageId: sent.messageId,
  TopicArn: sent.topicArn,
  ...(sent.subject === undefined ? {} : { Subject: sent.subject }),
  Message: sent.message,
  Timestamp: new Date(sent.at).toISOString(),
  SignatureVersion: '1',
  Signature: 'not-signed-here',
  SigningCertURL: `https://sns.${region}.amazonaws.com/none.pem`,
  UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe`,
  ...(Object.keys(sent.attributes).length === 0 ? {} : { MessageAttributes: envelopeAttributes(sent.attributes) }),
});

const envelopeAttributes = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );

const lambdaEvent = ({ arn }: Subscription, Sns: object) => ({
  Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: arn, Sns }],
});
