import * as z from 'zod';
import { AwsError } from '../../../wire/aws-error.ts';
import { action } from '../action.ts';
import type { Queue } from '../queue.ts';
import { nameIn, queueNamed, queueNeed } from '../state.ts';

/** Returns the requested attributes of a queue, including its numbers of messages. Returns none if none are requested. */
export const GetQueueAttributes = action({
  request: z.strictObject({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) }),
  needs: (state, { QueueUrl }) => [queueNeed(state, 'GetQueueAttributes', nameIn(QueueUrl))],
  run: (state, { QueueUrl, AttributeNames }) => {
    const all = attributesOf(queueNamed(state, nameIn(QueueUrl)));
    const unknown = AttributeNames.find((name) => name !== 'All' && !(name in all));
    if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const wanted = Object.entries(all).filter(
      ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
    );
    return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
  },
});

function attributesOf(queue: Queue): Record<string, string> {
  const { visible, notVisible, delayed } = queue.depth();
  const created = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    DelaySeconds: String(queue.settings.delaySeconds),
    MaximumMessageSize: String(queue.settings.maximumMessageSize),
    MessageRetentionPeriod: String(queue.settings.retentionSeconds),
    VisibilityTimeout: String(queue.settings.visibilitySeconds),
  };
}
