import * as z from 'zod';
import { action } from '../action.ts';
import { queueNamed, queueNeed, queueUrl } from '../state.ts';

/** Returns the URL of a queue. */
export const GetQueueUrl = action({
  request: z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
  needs: (state, { QueueName }) => [queueNeed(state, 'GetQueueUrl', QueueName)],
  run: (state, { QueueName }) => ({ QueueUrl: queueUrl(state, queueNamed(state, QueueName).settings.name) }),
});
