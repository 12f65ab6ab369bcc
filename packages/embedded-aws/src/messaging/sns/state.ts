import type { Instant } from '../../clock/clock.ts';
import type { Policy } from '../../iam/policy.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Need, Surroundings } from '../../wire/service.ts';
import type { MessageAttributes } from '../message-attributes.ts';
import type { FilterPolicy } from './filter-policy.ts';

export type Topic = {
  readonly arn: string;
  readonly name: string;
  readonly displayName: string;
  /** The key that encrypts the topic's messages. A publisher needs permission to use it. */
  readonly keyArn: string | undefined;
  readonly subscriptions: Subscription[];
  readonly policies: Policy[];
};

export type Subscription = {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** Whether the subscription waits for a confirmation. Confirmation is not supported, so nothing is sent to it. */
  readonly pending: boolean;
  readonly raw: boolean;
  readonly filter?: FilterPolicy | undefined;
};

/** A published message and the outcome of its deliveries. */
export type Message = {
  readonly messageId: string;
  readonly at: Instant;
  readonly topicArn: string;
  readonly subject?: string | undefined;
  readonly message: string;
  readonly attributes: MessageAttributes;
  /** One delivery per subscription of the topic. */
  readonly deliveries: readonly Delivery[];
};
export type Delivery = {
  readonly protocol: string;
  readonly endpoint: string;
  /** `kept`: a protocol such as SMS, for which the message is only stored. */
  readonly outcome: 'delivered' | 'kept' | 'pending confirmation' | 'filtered out' | 'refused by the queue';
};

/** SNS's data, and the functions that deliver its messages. */
export type SnsState = {
  readonly surroundings: Surroundings;
  /** Keyed by ARN. */
  readonly topics: Map<string, Topic>;
  /** Every published message, oldest first. */
  readonly messages: Message[];
  /** Sends a topic's notification to a queue; returns false if the queue's policy forbids it. */
  readonly toQueue: (queueArn: string, body: string, attributes: MessageAttributes, topicArn: string) => boolean;
  /** Calls a function with an SNS event. */
  readonly toFunction: (functionArn: string, event: unknown) => void;
};

export const topicNeed = (action: string, topicArn: string): Need => ({
  action: `sns:${action}`,
  resource: checkedArn(topicArn),
});

export function topicOf({ topics }: SnsState, arn: string): Topic {
  const topic = topics.get(checkedArn(arn));
  if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topic;
}

function checkedArn(arn: string): string {
  if (/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn)) return arn;
  throw invalidParameter('TopicArn');
}

/** Returns the error for an invalid parameter, in AWS's words (e.g. moto, issue 1503). */
export const invalidParameter = (what: string) => new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
