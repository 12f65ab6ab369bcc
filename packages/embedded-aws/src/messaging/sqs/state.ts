import { AwsError } from '../../wire/aws-error.ts';
import type { Need, Surroundings } from '../../wire/service.ts';
import type { Queue } from './queue.ts';

/** What SQS knows. */
export type SqsState = {
  readonly surroundings: Surroundings;
  /** By name. */
  readonly queues: Map<string, Queue>;
  /** The address of the account, which queue URLs begin with. */
  readonly endpoint: () => string;
};

export const queueUrl = ({ surroundings, endpoint }: SqsState, name: string): string =>
  `${endpoint()}/${surroundings.accountId}/${name}`;

/** The queue's name is all that counts of its URL: what stands before it depends on how the account is reached. */
export const nameIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** The last part of a queue's ARN. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

export const queueNeed = ({ surroundings }: SqsState, action: string, name: string): Need => ({
  action: `sqs:${action}`,
  resource: `arn:aws:sqs:${surroundings.region}:${surroundings.accountId}:${name}`,
});

export function queueNamed({ queues }: SqsState, name: string): Queue {
  const queue = queues.get(name);
  if (!queue) throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${name}.`);
  return queue;
}
