import * as z from 'zod';
import { action } from '../action.ts';
import { nameIn, queueNamed, queueNeed } from '../state.ts';

/** Deletes a received message from its queue. A repeated deletion is harmless. */
export const DeleteMessage = action({
  request: z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
  needs: (state, { QueueUrl }) => [queueNeed(state, 'DeleteMessage', nameIn(QueueUrl))],
  run: (state, { QueueUrl, ReceiptHandle }) => {
    queueNamed(state, nameIn(QueueUrl)).delete(ReceiptHandle);
    return {};
  },
});
