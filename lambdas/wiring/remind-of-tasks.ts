import { productMetrics } from '../../domain/product-metrics.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { publishOn } from '../clients/publish.ts';
import { putNoticesOn } from '../clients/put-notices.ts';
import { remindOfTasksHandler } from '../remind-of-tasks/handler.ts';
import { dueTasksIn } from '../stores/due-tasks.ts';
import { historyIn } from '../stores/history.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { jsonSetting, type Settings } from './settings.ts';

type Used = 'dynamoDb' | 'cloudWatch' | 'sns' | 'eventBridge';

export function wireRemindOfTasks(clients: Pick<Clients, Used>, settings: Settings, clock: Clock) {
  const { dynamoDb, cloudWatch, sns, eventBridge } = clients;
  const environment = settings('ENVIRONMENT');
  return remindOfTasksHandler({
    environment,
    // Without the buffer: a task that waits there is told of in the next hour.
    history: historyIn(dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    dueTasks: dueTasksIn(dynamoDb, settings('STATE_TABLE')),
    publish: publishOn(sns, settings('TOPIC_ARN')),
    putNotices: putNoticesOn(eventBridge),
    templates: jsonSetting(settings, 'TEMPLATES'),
    runbook: settings('RUNBOOK'),
    countOverdue: metricCounterOn(cloudWatch, environment, productMetrics.overdueTasks),
    now: clock.now,
  });
}
