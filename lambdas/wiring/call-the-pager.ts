import { productMetrics } from '../../domain/product-metrics.ts';
import { callThePagerHandler } from '../call-the-pager/handler.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { secureParameterOn } from '../clients/secure-parameter.ts';
import { historyIn } from '../stores/history.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

export function wireCallThePager(
  { dynamoDb, ssm, cloudWatch, post }: Pick<Clients, 'dynamoDb' | 'ssm' | 'cloudWatch' | 'post'>,
  settings: Settings,
  clock: Clock,
) {
  const environment = settings('ENVIRONMENT');
  return callThePagerHandler({
    post,
    endpoint: addressOf(settings),
    environment,
    routingKey: secureParameterOn(ssm, settings('ROUTING_KEY_PARAMETER'), clock.now),
    history: historyIn(dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    countRefused: metricCounterOn(cloudWatch, environment, productMetrics.refusedPages),
  });
}

/** An endpoint that is a path belongs to the embedded account, whose address its functions know. */
function addressOf(settings: Settings): string {
  const endpoint = settings('PAGER_ENDPOINT');
  return endpoint.startsWith('/') ? new URL(endpoint, settings('AWS_ENDPOINT_URL')).href : endpoint;
}
