import { productMetrics } from '../../domain/product-metrics.ts';
import { executionErrorOn } from '../clients/execution-error.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { countFailuresHandler } from '../count-failures/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Settings } from './settings.ts';

export function wireCountFailures(
  { stepFunctions, cloudWatch }: Pick<Clients, 'stepFunctions' | 'cloudWatch'>,
  settings: Settings,
) {
  const environment = settings('ENVIRONMENT');
  const { failures, machineDimension } = productMetrics;
  return countFailuresHandler({
    errorOf: executionErrorOn(stepFunctions),
    prefix: `rollback-${environment}-`,
    count: (machine) => metricCounterOn(cloudWatch, environment, failures, { [machineDimension]: machine })(),
  });
}
