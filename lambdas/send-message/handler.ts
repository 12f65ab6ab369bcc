import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type SendMessageDeps, sendMessage } from '../operations/send-message.ts';

const input = z.object({
  rollback: z.object({ id: z.string() }),
  message: z.object({ name: z.string(), template: z.string() }),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/** Tells people, once a message. Calling it twice sends nothing the second time. */
export const sendMessageHandler = (deps: SendMessageDeps) =>
  middy(async (sending: z.infer<typeof input>) => sendMessage(deps, sending)).use(checkedInput(input));
