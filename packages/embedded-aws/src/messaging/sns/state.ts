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
  /** What its messages are encrypted with: whoever publishes must be let to use it. */
  readonly keyArn: string | undefined;
  readonly subscriptions: Subscription[];
  readonly policies: Policy[];
};

export type Subscription = {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** An address that has to confirm: nobody does so here, and nothing is sent to it. */
  readonly pending: boolean;
  readonly raw: boolean;
  readonly filter?: FilterPolicy | undefined;
};

/** A message that was published, and what became of it. */
export type Message = {
  readonly messageId: string;
  readonly at: Instant;
  readonly topicArn: string;
  readonly subject?: string | undefined;
  readonly message: string;
  readonly attributes: MessageAttributes;
  /** For each subscription of the topic: delivered, or why not. */
  readonly deliveries: readonly Delivery[];
};
export type Delivery = {
  readonly protocol: string;
  readonly endpoint: string;
  readonly outcome: 'delivered' | 'kept' | 'pending confirmation' | 'filtered out' | 'refused by the queue';
};

/** What SNS knows. */
export type SnsState = {
  readonly surroundings: Surroundings;
  /** By ARN. */
  readonly topics: Map<string, Topic>;
  /** Everything that was published, oldest first. */
  readonly messages: Message[];
  /** Puts a notification into a queue for a topic; false where the queue's policy does not let the topic. */
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

/** The words AWS has for a parameter it does not take (e.g. moto, issue 1503). */
export const invalidParameter = (what: string) => new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
