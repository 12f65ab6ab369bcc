import * as z from 'zod';
import { action } from '../action.ts';
import { queueUrl } from '../state.ts';

/** Lists the URLs of all queues whose names begin with a prefix. */
export const ListQueues = action({
  request: z.strictObject({ QueueNamePrefix: z.string().default('') }),
  needs: () => [{ action: 'sqs:ListQueues', resource: '*' }],
  run: (state, { QueueNamePrefix }) => {
    const urls = [...state.queues.keys()].filter((name) => name.startsWith(QueueNamePrefix));
    return urls.length > 0 ? { QueueUrls: urls.map((name) => queueUrl(state, name)) } : {};
  },
});
