import * as z from 'zod';
import { action } from '../action.ts';
import { nameIn, queueNamed, queueNeed } from '../state.ts';

/** Takes a received message out of its queue; doing so again is harmless. */
export const DeleteMessage = action({
  request: z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
  needs: (state, { QueueUrl }) => [queueNeed(state, 'DeleteMessage', nameIn(QueueUrl))],
  run: (state, { QueueUrl, ReceiptHandle }) => {
    queueNamed(state, nameIn(QueueUrl)).delete(ReceiptHandle);
    return {};
  },
});
