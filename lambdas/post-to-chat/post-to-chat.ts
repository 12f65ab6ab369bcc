import { type ChatNotification, chatNotification } from '../../domain/message/chat-notification.ts';
import type { Published } from '../../domain/message/published.ts';

export type PostToChatDeps = {
  /** Publishes a notification to the topic that Amazon Q Developer reads. */
  readonly post: (notification: ChatNotification) => Promise<void>;
};

/**
 * Publishes each message in the form that Slack and Teams show, in the thread of its rollback.
 *
 * A repeat posts again: the thread shows the message twice, which is better than not at all.
 */
export async function postToChat({ post }: PostToChatDeps, messages: readonly Published[]): Promise<void> {
  for (const message of messages) await post(chatNotification(message));
}
