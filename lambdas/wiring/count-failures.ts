import { productMetrics } from '../../domain/product-metrics.ts';
import { executionErrorOn } from '../clients/execution-error.ts';
import { executionInputOn } from '../clients/execution-input.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { countFailuresHandler } from '../count-failures/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Settings } from './settings.ts';

export function wireCountFailures(
  { stepFunctions, cloudWatch }: Pick<Clients, 'stepFunctions' | 'cloudWatch'>,
  settings: Settings,
) {
  const environment = settings('ENVIRONMENT');
  const { failures, aborted, machineDimension } = productMetrics;
  const metrics = { failed: failures, aborted };
  return countFailuresHandler({
    errorOf: executionErrorOn(stepFunctions),
    prefix: `rollback-${environment}-`,
    inputOf: executionInputOn(stepFunctions),
    count: (machine, what) =>
      metricCounterOn(cloudWatch, environment, metrics[what], { [machineDimension]: machine })(),
  });
}
