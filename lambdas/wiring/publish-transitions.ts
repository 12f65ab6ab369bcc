import { productMetrics } from '../../domain/product-metrics.ts';
import { transitionSource } from '../../domain/transitions/transition.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { putEventsOn } from '../clients/put-events.ts';
import { publishTransitionsHandler } from '../publish-transitions/handler.ts';
import { exportableLinksIn } from '../stores/exportable-links.ts';
import { historyIn } from '../stores/history.ts';
import { transitionMarksIn } from '../stores/transition-marks.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

export function wirePublishTransitions(
  { cloudWatch, dynamoDb, eventBridge }: Pick<Clients, 'cloudWatch' | 'dynamoDb' | 'eventBridge'>,
  settings: Settings,
  clock: Clock,
) {
  const environment = settings('ENVIRONMENT');
  const history = settings('HISTORY_TABLE');
  const count = (metric: string) => metricCounterOn(cloudWatch, environment, metric);
  return publishTransitionsHandler({
    environment,
    links: exportableLinksIn(dynamoDb, history),
    history: historyIn(dynamoDb, history, clock.sleep), // without the buffer: what waits is published once it is stored
    marks: transitionMarksIn(dynamoDb, settings('STATE_TABLE')),
    put: putEventsOn(eventBridge, transitionSource),
    countComplete: count(productMetrics.completeTransitions),
    countWaiting: count(productMetrics.waitingTransitions),
    now: clock.now,
  });
}
