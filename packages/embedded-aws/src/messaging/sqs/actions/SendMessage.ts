import * as z from 'zod';
import { AwsError } from '../../../wire/aws-error.ts';
import { action } from '../action.ts';
import { nameIn, queueNamed, queueNeed } from '../state.ts';

const attribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

/** Sends a message to a queue. */
export const SendMessage = action({
  request: z.strictObject({
    QueueUrl: z.string(),
    MessageBody: z.string().min(1),
    DelaySeconds: z.int().min(0).max(900).optional(),
    MessageAttributes: z.record(z.string(), attribute).default({}),
  }),
  needs: (state, { QueueUrl }) => [queueNeed(state, 'SendMessage', nameIn(QueueUrl))],
  run: (state, { QueueUrl, MessageBody, DelaySeconds, MessageAttributes }, caller) => {
    const queue = queueNamed(state, nameIn(QueueUrl));
    const most = queue.settings.maximumMessageSize;
    if (Buffer.byteLength(MessageBody) > most) {
      const why = `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`;
      throw new AwsError('InvalidParameterValue', why);
    }
    const { id, md5 } = queue.send(MessageBody, MessageAttributes, caller.arn, DelaySeconds);
    return { MessageId: id, MD5OfMessageBody: md5 };
  },
});
