import { createHash } from 'node:crypto';
import type { Instant } from '../../clock/clock.ts';
import { uuid } from '../../clock/random.ts';
import type { Policy } from '../../iam/policy.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Surroundings } from '../../wire/service.ts';
import type { MessageAttributes } from '../message-attributes.ts';

export type QueueSettings = {
  readonly name: string;
  readonly delaySeconds: number;
  readonly maximumMessageSize: number;
  readonly retentionSeconds: number;
  readonly visibilitySeconds: number;
};

export type QueuedMessage = {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: Instant;
  visibleAt: Instant;
  firstReceivedAt?: Instant;
  receiveCount: number;
};

/** A standard queue. It returns visible messages in the order of sending, which AWS does not guarantee. */
export class Queue {
  readonly settings: QueueSettings;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly policies: Policy[] = [];
  readonly #surroundings: Surroundings;
  readonly #depthChanged: (visible: number) => void;
  #messages: QueuedMessage[] = [];
  /** Receipt handles, kept after a deletion so that a repeated deletion is harmless. */
  readonly #byReceipt = new Map<string, QueuedMessage>();
  #sent = 0;
  #reportedDepth = 0;

  constructor(surroundings: Surroundings, settings: QueueSettings, depthChanged: (visible: number) => void) {
    this.settings = settings;
    this.arn = `arn:aws:sqs:${surroundings.region}:${surroundings.accountId}:${settings.name}`;
    this.createdAt = surroundings.clock.now();
    this.#surroundings = surroundings;
    this.#depthChanged = depthChanged;
  }

  send(
    body: string,
    attributes: MessageAttributes,
    senderId: string,
    delaySeconds = this.settings.delaySeconds,
  ): QueuedMessage {
    const { clock, random } = this.#surroundings;
    const now = clock.now();
    const message: QueuedMessage = {
      id: uuid(random, `sqs/${this.settings.name}/message/${this.#sent++}`),
      body,
      md5: createHash('md5').update(body).digest('hex'),
      attributes,
      senderId,
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      receiveCount: 0,
    };
    this.#messages.push(message);
    this.#reportDepthNowAndAt(message.visibleAt);
    return message;
  }

  /** Hides up to `most` visible messages for a while and gives each a new receipt handle. */
  receive(most: number, visibilitySeconds = this.settings.visibilitySeconds) {
    const now = this.#surroundings.clock.now();
    const received = this.#visible().slice(0, most);
    const withReceipts = received.map((message) => {
      message.visibleAt = now + visibilitySeconds * 1000;
      message.firstReceivedAt ??= now;
      message.receiveCount += 1;
      const receipt = uuid(this.#surroundings.random, `sqs/receipt/${message.id}/${message.receiveCount}`);
      this.#byReceipt.set(receipt, message);
      return { message, receipt };
    });
    if (withReceipts.length > 0) this.#reportDepthNowAndAt(now + visibilitySeconds * 1000);
    return withReceipts;
  }

  delete(receipt: string): void {
    const message = this.#byReceipt.get(receipt);
    if (!message) {
      const why = `The input receipt handle "${receipt}" is not a valid receipt handle.`;
      throw new AwsError('ReceiptHandleIsInvalid', why, 404);
    }
    this.#messages = this.#messages.filter((other) => other !== message);
    this.#reportDepth();
  }

  depth(): { visible: number; notVisible: number; delayed: number } {
    const visible = this.#visible().length;
    const delayed = this.#messages.filter(({ receiveCount }) => receiveCount === 0).length;
    const fresh = this.#visible().filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible, delayed: delayed - fresh, notVisible: this.#messages.length - visible - (delayed - fresh) };
  }

  #visible(): QueuedMessage[] {
    const now = this.#surroundings.clock.now();
    const oldest = now - this.settings.retentionSeconds * 1000;
    this.#messages = this.#messages.filter(({ sentAt }) => sentAt > oldest);
    return this.#messages.filter(({ visibleAt }) => visibleAt <= now);
  }

  /** Reports the depth now, and again when a message becomes visible. */
  #reportDepthNowAndAt(visibleAt: Instant): void {
    this.#reportDepth();
    const { clock } = this.#surroundings;
    if (visibleAt > clock.now()) clock.at(visibleAt, () => this.#reportDepth());
  }

  #reportDepth(): void {
    const visible = this.#visible().length;
    if (visible === this.#reportedDepth) return;
    this.#reportedDepth = visible;
    this.#depthChanged(visible);
  }
}
