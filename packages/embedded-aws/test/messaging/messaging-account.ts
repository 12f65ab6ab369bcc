import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { type Messaging, type MessagingOptions, messaging } from '../../src/messaging/messaging.ts';
import { subscribe } from '../../src/messaging/sns/subscribe.ts';
import type { Happening, Need } from '../../src/wire/service.ts';

export const START = Date.parse('2026-03-02T09:00:00Z');
export const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:alerts';
export const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:inbox';
export const QUEUE_URL = 'http://127.0.0.1:4566/000000000000/inbox';
export const person = { arn: 'arn:aws:iam::000000000000:user/ana' };

/** A policy that allows the topic `alerts` to send to the queue `inbox`, in the form that CDK writes. */
export const allowsTheTopic = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE,
      Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
    },
  ],
};

/** The topic `alerts` and the queue `inbox`. */
export class SmallAccount {
  readonly clock = new VirtualClock(START);
  readonly happenings: Happening[] = [];
  /** Every change of the queue's depth: seconds from the start, number of visible messages. */
  readonly depths: [number, number][] = [];
  /** The permissions that the last request needed. */
  needs: readonly Need[] = [];
  readonly messaging: Messaging;

  constructor(options: MessagingOptions = {}) {
    const tell = (happening: Happening) => void this.happenings.push(happening);
    const place = { region: 'eu-west-1', accountId: '000000000000' };
    this.messaging = messaging(
      { clock: this.clock, random: seeded(1), tell, ...place },
      {
        endpoint: () => 'http://127.0.0.1:4566',
        onQueueDepth: (_, visible) => void this.depths.push([(this.clock.now() - START) / 1000, visible]),
        ...options,
      },
    );
    this.messaging.createTopic('alerts');
    const defaults = { delaySeconds: 0, maximumMessageSize: 1_048_576, retentionSeconds: 345_600 };
    this.messaging.createQueue({ name: 'inbox', visibilitySeconds: 30, ...defaults });
  }

  subscribe(protocol: string, endpoint: string, more: { raw?: boolean; filter?: Record<string, never[]> } = {}) {
    const topic = this.messaging.sns.state.topics.get(TOPIC);
    if (!topic) throw new Error('no topic');
    return subscribe(this.messaging.sns.state, topic, { protocol, endpoint, raw: false, filter: undefined, ...more });
  }

  readonly authorize = (needs: readonly Need[]) => {
    this.needs = needs;
  };

  /** Sends a request of the Query protocol and returns the XML response. */
  async sns(fields: Record<string, string>, authorize = this.authorize) {
    const body = Buffer.from(new URLSearchParams({ Version: '2010-03-31', ...fields }).toString());
    const request = { method: 'POST', path: '/', headers: {}, body };
    const { status, body: xml } = await this.messaging.sns.handle(request, authorize, person);
    return { status, xml: xml.toString() };
  }

  publish(fields: Record<string, string> = {}) {
    return this.sns({ Action: 'Publish', TopicArn: TOPIC, Message: 'Rolling back', ...fields });
  }

  /** Sends a request of the JSON protocol. */
  async sqs(action: string, fields: object = {}, authorize = this.authorize) {
    const headers = { 'x-amz-target': `AmazonSQS.${action}` };
    const body = Buffer.from(JSON.stringify(action === 'ListQueues' ? fields : { QueueUrl: QUEUE_URL, ...fields }));
    const response = await this.messaging.sqs.handle({ method: 'POST', path: '/', headers, body }, authorize, person);
    return { ...response, body: JSON.parse(response.body.toString()) };
  }

  pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.now() + seconds * 1000);
  }
}

/** Returns message attributes in the numbered form of the Query protocol. */
export const withAttribute = (name: string, DataType: string, StringValue: string) => ({
  'MessageAttributes.entry.1.Name': name,
  'MessageAttributes.entry.1.Value.DataType': DataType,
  'MessageAttributes.entry.1.Value.StringValue': StringValue,
});
