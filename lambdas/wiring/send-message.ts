import { sendMessageHandler } from '../send-message/handler.ts';
import { usualMinutesIn } from '../stores/usual-minutes.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { sendMessageDeps } from './send-message-deps.ts';
import type { Settings } from './settings.ts';

export function wireSendMessage(clients: Pick<Clients, 'dynamoDb' | 'sns'>, settings: Settings, clock: Clock) {
  return sendMessageHandler({
    ...sendMessageDeps(clients, settings, clock),
    usualMinutes: usualMinutesIn(clients.dynamoDb, settings('HISTORY_TABLE'), clock.now),
    countUnsent: async () => {}, // the function fails, and Lambda counts that
  });
}
