import { parsePolicy } from '../iam/policy.ts';
import { serviceMay } from '../iam/resource-policy.ts';
import type { HttpService } from '../wire/http-service.ts';
import type { Need, Surroundings } from '../wire/service.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { type Publication, publish } from './sns/publish.ts';
import { actions as snsActions, snsEndpoint } from './sns/sns.ts';
import { type Message, type SnsState, type Topic, topicOf } from './sns/state.ts';
import { Queue, type QueueSettings } from './sqs/queue.ts';
import { actions as sqsActions, sqsEndpoint } from './sqs/sqs.ts';
import { nameOf, queueNamed, type SqsState } from './sqs/state.ts';

export type MessagingOptions = {
  /** Called whenever a queue's number of visible messages changes, which AWS/SQS vends as a metric. */
  readonly onQueueDepth?: (queueName: string, visible: number) => void;
  /** Calls a subscribed function with an SNS event. Without it, publishing to a subscribed function is an error. */
  readonly invoke?: (functionArn: string, event: unknown) => void;
  /** Returns whether an AWS service may encrypt with a topic's key. Without it, every service may. */
  readonly letsEncrypt?: (service: string, keyArn: string) => boolean;
  /** Returns the account's address, with which queue URLs begin; '' while the address is unknown. */
  readonly endpoint?: () => string;
};

/** SNS and SQS of the embedded account. */
export type Messaging = {
  readonly sns: { readonly state: SnsState; readonly actions: typeof snsActions; readonly handle: HttpService };
  readonly sqs: { readonly state: SqsState; readonly actions: typeof sqsActions; readonly handle: HttpService };
  /** Returns every published message, oldest first. */
  messages(): readonly Message[];
  createTopic(name: string, more?: Partial<Pick<Topic, 'displayName' | 'keyArn'>>): Topic;
  createQueue(settings: QueueSettings): Queue;
  addTopicPolicy(topicArn: string, document: unknown): void;
  addQueuePolicy(name: string, document: unknown): void;
  /** Publishes as an AWS service on behalf of a resource; returns false if the topic's or the key's policy forbids it. */
  publishFrom(source: Source, topicArn: string, publication: Publication): boolean;
  /** Sends to a queue as an AWS service on behalf of a resource; returns false if the queue's policy forbids it. */
  sendFrom(source: Source, queueArn: string, body: string, attributes?: MessageAttributes): boolean;
};

/** A resource for which an AWS service acts without a role: `{ service: 'events.amazonaws.com', arn: <the rule> }`. */
export type Source = { readonly service: string; readonly arn: string };

export function messaging(surroundings: Surroundings, options: MessagingOptions = {}): Messaging {
  const endpoint = () => options.endpoint?.() || placeholderEndpoint(surroundings);
  const sqsState: SqsState = { surroundings, queues: new Map(), endpoint };
  const sendFrom: Messaging['sendFrom'] = (source, queueArn, body, attributes = {}) => {
    const queue = sqsState.queues.get(nameOf(queueArn));
    const allowed =
      queue && mayUse(surroundings, queue.policies, source, { action: 'sqs:SendMessage', resource: queueArn });
    if (allowed) queue.send(body, attributes, source.service);
    return allowed ?? false;
  };
  const snsState: SnsState = {
    surroundings,
    topics: new Map(),
    messages: [],
    toQueue: (queueArn, body, attributes, arn) =>
      sendFrom({ service: 'sns.amazonaws.com', arn }, queueArn, body, attributes),
    toFunction: options.invoke ?? noInvoke,
  };
  return {
    sns: { state: snsState, actions: snsActions, handle: snsEndpoint(snsState) },
    sqs: { state: sqsState, actions: sqsActions, handle: sqsEndpoint(sqsState) },
    messages: () => snsState.messages,
    createTopic: (name, more = {}) => createTopic(snsState, name, more),
    createQueue: (settings) => createQueue(sqsState, settings, options),
    addTopicPolicy: (arn, document) => void topicOf(snsState, arn).policies.push(parsePolicy(arn, document)),
    addQueuePolicy: (name, document) => void queueNamed(sqsState, name).policies.push(parsePolicy(name, document)),
    sendFrom,
    publishFrom: (source, topicArn, publication) => {
      const topic = topicOf(snsState, topicArn);
      // A topic without a policy has AWS's default policy, which allows everything in the topic's account.
      const policyAllows =
        topic.policies.length === 0 ||
        mayUse(surroundings, topic.policies, source, { action: 'sns:Publish', resource: topicArn });
      const allowed = policyAllows && (!topic.keyArn || (options.letsEncrypt?.(source.service, topic.keyArn) ?? true));
      if (allowed) publish(snsState, topic, publication);
      return allowed;
    },
  };
}

const mayUse = (
  { accountId }: Surroundings,
  policies: Parameters<typeof serviceMay>[0],
  { service, arn }: Source,
  need: Pick<Need, 'action' | 'resource'>,
) => serviceMay(policies, service, { ...need, keys: { 'aws:SourceArn': arn, 'aws:SourceAccount': accountId } });

function createTopic(
  { surroundings, topics }: SnsState,
  name: string,
  { displayName = '', keyArn }: Partial<Pick<Topic, 'displayName' | 'keyArn'>>,
): Topic {
  const arn = `arn:aws:sns:${surroundings.region}:${surroundings.accountId}:${name}`;
  const topic = { arn, name, displayName, keyArn, subscriptions: [], policies: [] };
  topics.set(arn, topic);
  return topic;
}

function createQueue({ surroundings, queues }: SqsState, settings: QueueSettings, options: MessagingOptions): Queue {
  const { name } = settings;
  const queue = new Queue(surroundings, settings, (visible) => options.onQueueDepth?.(name, visible));
  queues.set(name, queue);
  return queue;
}

/**
 * Returns the beginning of queue URLs while the account has no address yet.
 *
 * SDK clients send to the host of a queue's URL. A `.localhost` name keeps their requests from real AWS.
 */
const placeholderEndpoint = ({ region }: Surroundings) => `http://sqs.${region}.localhost`;

function noInvoke(functionArn: string): never {
  throw new Error(
    `The function ${functionArn} is subscribed to a topic, but messaging() got no option "invoke" to call it.`,
  );
}
