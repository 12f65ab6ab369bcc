import middy from '@middy/core';
import { checkedInput } from '../middleware/checked-input.ts';
import { type AttachPrincipalDeps, attachPrincipal, type Started, startedSchema } from './attach-principal.ts';

/** Attaches the verified starter of an execution to what it stored. Calling it twice attaches it once. */
export const attachPrincipalHandler = (deps: AttachPrincipalDeps) =>
  middy(async (started: Started) => attachPrincipal(deps, started)).use(checkedInput(startedSchema));
