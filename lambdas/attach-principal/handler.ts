import middy from '@middy/core';
import { checkedInput } from '../middleware/checked-input.ts';
import { type AttachingNeeds, attachPrincipal, type Started, startedSchema } from './attach-principal.ts';

/** Attaches who really started an execution to what it did. Calling it twice attaches it once. */
export const attachingPrincipal = (needs: AttachingNeeds) =>
  middy(async (started: Started) => attachPrincipal(needs, started)).use(checkedInput(startedSchema));
