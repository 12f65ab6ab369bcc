import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type SendMessageDeps, sendMessage } from '../operations/send-message.ts';

const input = z.object({
  rollback: z.object({ id: z.string() }),
  message: z.object({ name: z.string(), template: z.string() }),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

/** Sends people a message, once. A second call sends nothing. */
export const sendMessageHandler = (deps: SendMessageDeps) =>
  middy(async (request: z.infer<typeof input>) => sendMessage(deps, request)).use(checkedInput(input));
