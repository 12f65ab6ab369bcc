import { AwsError } from '../../wire/aws-error.ts';
import type { Need, Surroundings } from '../../wire/service.ts';
import type { Queue } from './queue.ts';

/** SQS's data. */
export type SqsState = {
  readonly surroundings: Surroundings;
  /** Keyed by name. */
  readonly queues: Map<string, Queue>;
  /** Returns the account's address, with which queue URLs begin. */
  readonly endpoint: () => string;
};

export const queueUrl = ({ surroundings, endpoint }: SqsState, name: string): string =>
  `${endpoint()}/${surroundings.accountId}/${name}`;

/** Returns the queue's name from its URL. The rest is ignored because it depends on the account's address. */
export const nameIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** Returns the queue's name: the last part of its ARN. */
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
