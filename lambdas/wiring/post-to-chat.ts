import { publishOn } from '../clients/publish.ts';
import { postToChatHandler } from '../post-to-chat/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Settings } from './settings.ts';

export function wirePostToChat({ sns }: Pick<Clients, 'sns'>, settings: Settings) {
  const publish = publishOn(sns, settings('CHAT_TOPIC_ARN'));
  return postToChatHandler({
    post: async (notification) => {
      await publish(notification.metadata.summary.slice(0, 99), JSON.stringify(notification), {});
    },
  });
}
