import { productMetrics } from '../../domain/product-metrics.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { putPageOn } from '../clients/page-bucket.ts';
import { plannedStepsOn } from '../clients/planned-steps.ts';
import { plottedMetricOn } from '../clients/plotted-metric.ts';
import { laterIn } from '../stores/later-rollbacks.ts';
import { usualMinutesIn } from '../stores/usual-minutes.ts';
import { usualTimesIn } from '../stores/usual-times.ts';
import { writePageHandler } from '../write-page/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { metricOfAlarm } from './metric-of-alarm.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireWritePage(
  { cloudWatch, dynamoDb, s3, stepFunctions }: Pick<Clients, 'cloudWatch' | 'dynamoDb' | 's3' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  const history = historyWithBuffer(dynamoDb, settings, clock); // only read: with what waits for the history table
  const tables = { state: settings('STATE_TABLE'), history: settings('HISTORY_TABLE') };
  const environment = settings('ENVIRONMENT');
  return writePageHandler({
    history,
    metricOfAlarm: metricOfAlarm(settings),
    plotted: plottedMetricOn(cloudWatch, clock.now),
    planned: plannedStepsOn(stepFunctions),
    usual: usualTimesIn({
      ...{ db: dynamoDb, tables, events: history.events },
      usualMinutes: usualMinutesIn(dynamoDb, tables.history, clock.now),
    }),
    later: laterIn(dynamoDb, tables.history),
    put: putPageOn(s3, settings('EXPORT_BUCKET')),
    countUnwritten: metricCounterOn(cloudWatch, environment, productMetrics.unwrittenPages),
    about: { environment, contacts: jsonSetting(settings, 'CONTACTS'), runbook: settings('RUNBOOK') },
    now: clock.now,
    sleep: clock.sleep,
  });
}
