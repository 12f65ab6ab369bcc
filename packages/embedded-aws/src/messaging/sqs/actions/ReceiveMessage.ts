import * as z from 'zod';
import type { MessageAttributes } from '../../message-attributes.ts';
import { action } from '../action.ts';
import type { QueuedMessage } from '../queue.ts';
import { nameIn, queueNamed, queueNeed } from '../state.ts';

/** Returns visible messages and hides them. It never waits for a message, even if WaitTimeSeconds is set. */
export const ReceiveMessage = action({
  request: z.strictObject({
    QueueUrl: z.string(),
    AttributeNames: z.array(z.string()).default([]),
    MessageSystemAttributeNames: z.array(z.string()).default([]),
    MessageAttributeNames: z.array(z.string()).default([]),
    MaxNumberOfMessages: z.int().min(1).max(10).default(1),
    VisibilityTimeout: z.int().min(0).max(43_200).optional(),
    WaitTimeSeconds: z.int().min(0).max(20).optional(),
  }),
  needs: (state, { QueueUrl }) => [queueNeed(state, 'ReceiveMessage', nameIn(QueueUrl))],
  run: (state, request) => {
    const queue = queueNamed(state, nameIn(request.QueueUrl));
    const wanted = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
    const received = queue.receive(request.MaxNumberOfMessages, request.VisibilityTimeout);
    if (received.length === 0) return {};
    return {
      Messages: received.map(({ message, receipt }) => ({
        MessageId: message.id,
        ReceiptHandle: receipt,
        MD5OfBody: message.md5,
        Body: message.body,
        ...fieldUnlessEmpty('Attributes', selected(systemAttributes(message), wanted)),
        ...fieldUnlessEmpty('MessageAttributes', matching(message.attributes, request.MessageAttributeNames)),
      })),
    };
  },
});

const systemAttributes = (message: QueuedMessage): Record<string, string> => ({
  SenderId: message.senderId,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
});

/** Selects attributes: `All`, or by name. */
const selected = <Value>(all: Readonly<Record<string, Value>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)));

/** Selects attributes: `All` or `.*`, by name, or by the beginning of the name such as `trace.*`. */
const matching = (all: MessageAttributes, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(all).filter(([name]) =>
      names.some((one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2)))),
    ),
  );

const fieldUnlessEmpty = (field: string, all: object) => (Object.keys(all).length > 0 ? { [field]: all } : {});
