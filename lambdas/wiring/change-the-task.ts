import { changeTheTaskHandler } from '../change-the-task/handler.ts';
import { putNoticesOn } from '../clients/put-notices.ts';
import { dueTasksIn } from '../stores/due-tasks.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

export function wireChangeTheTask(
  { dynamoDb, eventBridge }: Pick<Clients, 'dynamoDb' | 'eventBridge'>,
  settings: Settings,
  clock: Clock,
) {
  return changeTheTaskHandler({
    environment: settings('ENVIRONMENT'),
    history: historyWithBuffer(dynamoDb, settings, clock),
    dueTasks: dueTasksIn(dynamoDb, settings('STATE_TABLE')),
    putNotices: putNoticesOn(eventBridge),
    now: clock.now,
  });
}
