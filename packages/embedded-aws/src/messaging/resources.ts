import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Messaging } from './messaging.ts';
import { parseFilterPolicy } from './sns/filter-policy.ts';
import { topicOf } from './sns/state.ts';
import { subscribe } from './sns/subscribe.ts';
import { nameIn, queueUrl } from './sqs/state.ts';

/** Makes the topics and queues of a template with their policies. Nothing is encrypted; a topic's key limits its publishers. */
export const messagingResources = (messaging: Messaging): Record<string, ResourceMaker> => ({
  'AWS::SNS::Topic': ({ stack, logicalId, properties }) => {
    const { TopicName, DisplayName, KmsMasterKeyId, Subscription } = propertiesAs(topic, properties);
    const made = messaging.createTopic(TopicName ?? physicalName(stack, logicalId), {
      displayName: DisplayName,
      keyArn: KmsMasterKeyId,
    });
    for (const { Protocol, Endpoint } of Subscription)
      subscribe(messaging.sns.state, made, { protocol: Protocol, endpoint: Endpoint, raw: false, filter: undefined });
    return { ref: made.arn, attributes: { TopicArn: made.arn, TopicName: made.name } };
  },

  'AWS::SNS::Subscription': ({ properties }) => {
    const { TopicArn, Protocol, Endpoint, RawMessageDelivery, FilterPolicy } = propertiesAs(subscription, properties);
    const { arn } = subscribe(messaging.sns.state, topicOf(messaging.sns.state, TopicArn), {
      protocol: Protocol,
      endpoint: Endpoint,
      raw: RawMessageDelivery,
      filter: FilterPolicy && parseFilterPolicy(FilterPolicy),
    });
    return { ref: arn, attributes: { Arn: arn } };
  },

  'AWS::SNS::TopicPolicy': ({ stack, logicalId, properties }) => {
    const { PolicyDocument, Topics } = propertiesAs(topicPolicy, properties);
    for (const arn of Topics) messaging.addTopicPolicy(arn, PolicyDocument);
    return { ref: physicalName(stack, logicalId) };
  },

  'AWS::SQS::Queue': ({ stack, logicalId, properties }) => {
    const given = propertiesAs(queue, properties);
    const { arn, settings } = messaging.createQueue({
      name: given.QueueName ?? physicalName(stack, logicalId, 80),
      delaySeconds: given.DelaySeconds,
      maximumMessageSize: given.MaximumMessageSize,
      retentionSeconds: given.MessageRetentionPeriod,
      visibilitySeconds: given.VisibilityTimeout,
    });
    const url = queueUrl(messaging.sqs.state, settings.name);
    return { ref: url, attributes: { Arn: arn, QueueName: settings.name, QueueUrl: url } };
  },

  'AWS::SQS::QueuePolicy': ({ stack, logicalId, properties }) => {
    const { PolicyDocument, Queues } = propertiesAs(queuePolicy, properties);
    for (const url of Queues) messaging.addQueuePolicy(nameIn(url), PolicyDocument);
    return { ref: physicalName(stack, logicalId) };
  },
});

/** Accepted and without effect. */
const inert = { Tags: z.unknown().optional() };

const topic = z.strictObject({
  DisplayName: z.string().default(''),
  KmsMasterKeyId: z
    .string()
    .startsWith('arn:aws:kms:', { error: 'expected the ARN of a key of the template' })
    .optional(),
  Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).default([]),
  TopicName: z.string().max(256).optional(),
  SignatureVersion: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
  ...inert,
});

const subscription = z.strictObject({
  Endpoint: z.string(),
  FilterPolicy: z.record(z.string(), z.unknown()).optional(),
  FilterPolicyScope: z.literal('MessageAttributes').optional(),
  Protocol: z.string(),
  RawMessageDelivery: z.boolean().default(false),
  TopicArn: z.string(),
});

const topicPolicy = z.strictObject({ PolicyDocument: z.unknown(), Topics: z.array(z.string()) });

/** The defaults are those of SQS (SetQueueAttributes, API reference). */
const queue = z.strictObject({
  DelaySeconds: z.int().min(0).max(900).default(0),
  MaximumMessageSize: z.int().min(1024).max(1_048_576).default(1_048_576),
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).default(345_600),
  QueueName: z.string().max(80).optional(),
  SqsManagedSseEnabled: z.unknown().optional(),
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  ...inert,
});

const queuePolicy = z.strictObject({ PolicyDocument: z.unknown(), Queues: z.array(z.string()) });
