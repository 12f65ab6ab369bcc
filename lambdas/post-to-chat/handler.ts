import middy from '@middy/core';
import type { Published } from '../../domain/message/published.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { publishedMessages } from '../middleware/published.ts';
import { type PostToChatDeps, postToChat } from './post-to-chat.ts';

/** Posts messages about rollbacks to chats. SNS invokes it. */
export const postToChatHandler = (deps: PostToChatDeps) =>
  middy(async (messages: readonly Published[]) => postToChat(deps, messages)).use(checkedInput(publishedMessages));
