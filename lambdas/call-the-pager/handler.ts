import middy from '@middy/core';
import type { Published } from '../../domain/message/published.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { publishedMessages } from '../middleware/published.ts';
import { type CallThePagerDeps, callThePager } from './call-the-pager.ts';

/** Sends pages about rollbacks to the pager. SNS invokes it. */
export const callThePagerHandler = (deps: CallThePagerDeps) =>
  middy(async (messages: readonly Published[]) => callThePager(deps, messages)).use(checkedInput(publishedMessages));
