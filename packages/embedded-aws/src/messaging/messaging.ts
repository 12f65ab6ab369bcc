import { parsePolicy } from '../iam/policy.ts';
import { serviceMay } from '../iam/resource-policy.ts';
import type { HttpService } from '../wire/http-service.ts';
import type { Surroundings } from '../wire/service.ts';
import { type Publication, publish } from './sns/publish.ts';
import { actions as snsActions, snsEndpoint } from './sns/sns.ts';
import { type Message, type MessageAttributes, type SnsState, type Topic, topicOf } from './sns/state.ts';
import { Queue, type QueueSettings } from './sqs/queue.ts';
import { actions as sqsActions, sqsEndpoint } from './sqs/sqs.ts';
import { nameOf, queueNamed, type SqsState } from './sqs/state.ts';

export type MessagingOptions = {
  /** Told whenever the number of visible messages of a queue changes: what AWS/SQS vends as a metric. */
  readonly onQueueDepth?: (queueName: string, visible: number) => void;
  /** Calls a subscribed function with an SNS event. Without it, publishing to one is an error. */
  readonly invoke?: (functionArn: string, event: unknown) => void;
  /** Whether a service of AWS may encrypt with the key of a topic. Without it, it may. */
  readonly letsEncrypt?: (service: string, keyArn: string) => boolean;
  /** The account's address, or '' while it is not known; queue URLs begin with it. */
  readonly endpoint?: () => string;
};

/** SNS and SQS of the embedded account. */
export type Messaging = {
  readonly sns: { readonly state: SnsState; readonly actions: typeof snsActions; readonly handle: HttpService };
  readonly sqs: { readonly state: SqsState; readonly actions: typeof sqsActions; readonly handle: HttpService };
  /** Everything that was published, oldest first. */
  messages(): readonly Message[];
  createTopic(name: string, more?: Partial<Pick<Topic, 'displayName' | 'keyArn'>>): Topic;
  createQueue(settings: QueueSettings): Queue;
  addTopicPolicy(topicArn: string, document: unknown): void;
  addQueuePolicy(name: string, document: unknown): void;
  /** A service of AWS publishes on behalf of a resource; false where the policy of the topic or its key does not let it. */
  publishFrom(source: Source, topicArn: string, publication: Publication): boolean;
  /** A service of AWS puts a message into a queue on behalf of a resource; false where the queue's policy does not let it. */
  sendFrom(source: Source, queueArn: string, body: string, attributes?: MessageAttributes): boolean;
};

/** Who acts without a role: `{ service: 'events.amazonaws.com', arn: <the rule> }`. */
export type Source = { readonly service: string; readonly arn: string };

export function messaging(surroundings: Surroundings, options: MessagingOptions = {}): Messaging {
  const endpoint = () => options.endpoint?.() || nowhere(surroundings);
  const sqsState: SqsState = { surroundings, queues: new Map(), endpoint };
  const sendFrom: Messaging['sendFrom'] = (source, queueArn, body, attributes = {}) => {
    const queue = sqsState.queues.get(nameOf(queueArn));
    const allowed = queue && mayUse(surroundings, queue.policies, source, 'sqs:SendMessage', queueArn);
    if (allowed) queue.send(body, attributes, source.service);
    return allowed ?? false;
  };
  const snsState: SnsState = {
    surroundings,
    topics: new Map(),
    messages: [],
    toQueue: (queueArn, body, attributes, arn) =>
      sendFrom({ service: 'sns.amazonaws.com', arn }, queueArn, body, attributes),
    toFunction: options.invoke ?? noFunctions,
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
      // A topic without a policy of its own has AWS's default one, which lets in everything of its account.
      const letIn =
        topic.policies.length === 0 || mayUse(surroundings, topic.policies, source, 'sns:Publish', topicArn);
      const allowed = letIn && (!topic.keyArn || (options.letsEncrypt?.(source.service, topic.keyArn) ?? true));
      if (allowed) publish(snsState, topic, publication);
      return allowed;
    },
  };
}

const mayUse = (
  { accountId }: Surroundings,
  policies: Parameters<typeof serviceMay>[0],
  { service, arn }: Source,
  action: string,
  resource: string,
) =>
  serviceMay(policies, service, { action, resource, keys: { 'aws:SourceArn': arn, 'aws:SourceAccount': accountId } });

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
 * What queue URLs begin with before the account has an address. SDK clients send to the host of a queue's URL, so a
 * name that leads nowhere keeps their requests from the real AWS.
 */
const nowhere = ({ region }: Surroundings) => `http://sqs.${region}.localhost`;

function noFunctions(functionArn: string): never {
  throw new Error(`A topic has the subscribed function ${functionArn}, and nobody said how to call it.`);
}
