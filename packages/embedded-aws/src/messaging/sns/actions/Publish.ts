import * as z from 'zod';
import { encryptingFor } from '../../../kms/kms.ts';
import { AwsError } from '../../../wire/aws-error.ts';
import type { MessageAttributes } from '../../message-attributes.ts';
import { action } from '../action.ts';
import { publish } from '../publish.ts';
import { invalidParameter, topicNeed, topicOf } from '../state.ts';

const attribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

/** Publishes a message to a topic. Standard topics have no idempotency token: a repeated request is delivered again. */
export const Publish = action({
  request: z.strictObject({
    TopicArn: z.string(),
    Message: z.string(),
    Subject: z.string().optional(),
    MessageAttributes: z.record(z.string(), attribute).default({}),
  }),
  needs: ({ topics, surroundings }, { TopicArn }) => {
    const keyArn = topics.get(TopicArn)?.keyArn;
    return [topicNeed('Publish', TopicArn), ...(keyArn ? encryptingFor(surroundings, 'sns', keyArn) : [])];
  },
  run: (state, { TopicArn, Subject, Message, MessageAttributes }) => {
    const topic = topicOf(state, TopicArn);
    checkSubject(Subject);
    checkMessage(Message, MessageAttributes);
    for (const [name, one] of Object.entries(MessageAttributes)) checkAttribute(name, one);
    return {
      MessageId: publish(state, topic, { subject: Subject, message: Message, attributes: MessageAttributes }),
    };
  },
});

/**
 * Refuses a subject outside the documented limits: UTF-8 without line breaks and control characters, under 100 characters.
 *
 * AWS also accepts exactly 100 characters, which is undocumented.
 */
function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (subject === '' || [...subject].length >= 100 || /[\p{Cc}\u2028\u2029]/u.test(subject))
    throw invalidParameter('Subject');
}

/** The largest message in bytes: 256 KiB for the text and the names, types and values of its attributes. */
const LARGEST = 262_144;

function checkMessage(message: string, attributes: MessageAttributes): void {
  if (message === '') throw invalidParameter('Empty message');
  const texts = Object.entries(attributes).flatMap(([name, one]) => [name, ...Object.values(one)]);
  const size = [message, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (size > LARGEST) throw invalidParameter('Message too long');
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributes[string]): void {
  const refuse = (why: string) => new AwsError('ParameterValueInvalid', `The message attribute '${name}' ${why}`);
  if (!/^[\w.-]{1,256}$/.test(name))
    throw refuse('has a name that is too long or has characters other than A-Za-z0-9_-.');
  if (!/^(String|String\.Array|Number|Binary)(\..+)?$/.test(DataType))
    throw refuse(`has an invalid message attribute type ${DataType}. Use String, String.Array, Number or Binary.`);
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (!value) throw refuse(`must contain non-empty message attribute value for message attribute type '${DataType}'.`);
}
