import { noPortal } from '../../domain/message/page-place.ts';
import { contactLines } from '../../domain/question/contact.ts';
import { publishOn } from '../clients/publish.ts';
import type { SendMessageDeps } from '../operations/send-message.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { jsonSetting, type Settings } from './settings.ts';

/** Dependencies that all functions that send messages share; each adds how it counts unsent messages. */
export function sendMessageDeps(
  { dynamoDb, sns }: Pick<Clients, 'dynamoDb' | 'sns'>,
  settings: Settings,
  clock: Clock,
): Omit<SendMessageDeps, 'countUnsent'> {
  return {
    history: historyWithBuffer(dynamoDb, settings, clock),
    unsent: unsentIn(dynamoDb, settings('STATE_TABLE')),
    publish: publishOn(sns, settings('TOPIC_ARN')),
    contactLines: contactLines(jsonSetting(settings, 'CONTACTS')),
    runbook: settings('RUNBOOK'),
    portal: settings('ACCESS_PORTAL') === noPortal ? null : settings('ACCESS_PORTAL'),
    trading: {
      events: brakesHistoryIn(dynamoDb, settings('HISTORY_TABLE')).events,
      halting: jsonSetting(settings, 'HALT_ON_CRITICAL'),
    },
    now: clock.now,
  };
}
