import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type WritePageDeps, writePage } from './write-page.ts';

const attribute = z.object({ Value: z.string() });

/** The event that SNS sends to a function (SNS guide, "Fanout to Lambda functions"): one record per message. */
const input = z.object({
  Records: z.array(
    z.object({ Sns: z.object({ MessageAttributes: z.object({ rollback: attribute, message: attribute }) }) }),
  ),
});

/** Writes the page of the rollback that a message is about. May be called again at any time. */
export const writePageHandler = (deps: WritePageDeps) =>
  middy(async ({ Records }: z.infer<typeof input>) => {
    const all = [];
    for (const { Sns } of Records) {
      const { rollback, message } = Sns.MessageAttributes;
      all.push(await writePage(deps, { rollback: rollback.Value, message: message.Value }));
    }
    return all;
  }).use(checkedInput(input));
