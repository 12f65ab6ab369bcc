import * as z from 'zod';
import { encrypting } from '../../../kms/kms.ts';
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

/** Sends a message to a topic. There is no idempotency token on a standard topic: sent twice is read twice. */
export const Publish = action({
  request: z.strictObject({
    TopicArn: z.string(),
    Message: z.string(),
    Subject: z.string().optional(),
    MessageAttributes: z.record(z.string(), attribute).default({}),
  }),
  needs: ({ topics }, { TopicArn }) => {
    const keyArn = topics.get(TopicArn)?.keyArn;
    return [topicNeed('Publish', TopicArn), ...(keyArn ? encrypting(keyArn) : [])];
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

/** As documented: UTF-8 without line breaks or control characters, less than 100 characters; AWS takes 100, undocumented. */
function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (subject === '' || [...subject].length >= 100 || /[\p{Cc}\u2028\u2029]/u.test(subject))
    throw invalidParameter('Subject');
}

/** 256 KiB for the text and its attributes together: names, types and values. */
const LARGEST = 262_144;

function checkMessage(message: string, attributes: MessageAttributes): void {
  if (message === '') throw invalidParameter('Empty message');
  const texts = Object.entries(attributes).flatMap(([name, one]) => [name, ...Object.values(one)]);
  const size = [message, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (size > LARGEST) throw invalidParameter('Message too long');
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributes[string]): void {
  const refuse = (why: string) => new AwsError('ParameterValueInvalid', `The message attribute '${name}' ${why}`);
  if (!/^[\w.-]{1,256}$/.test(name)) throw refuse('has a name with other characters than A-Za-z0-9_-. or is too long.');
  if (!/^(String|String\.Array|Number|Binary)(\..+)?$/.test(DataType))
    throw refuse(`has an invalid message attribute type ${DataType}; known are String, String.Array, Number, Binary.`);
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (!value) throw refuse(`must contain non-empty message attribute value for message attribute type '${DataType}'.`);
}
