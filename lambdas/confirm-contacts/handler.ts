import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type ConfirmContactsDeps, confirmContacts } from './confirm-contacts.ts';

const input = z.object({ execution: z.object({ id: z.string(), start_time: z.string(), input: z.unknown() }) });

/** Stores a person's confirmation of the contacts. Calling it twice stores the same. */
export const confirmContactsHandler = (deps: ConfirmContactsDeps) =>
  middy(async (request: z.infer<typeof input>) => confirmContacts(deps, request)).use(checkedInput(input));
