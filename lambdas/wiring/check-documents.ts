import { productMetrics } from '../../domain/product-metrics.ts';
import { checkDocumentsHandler } from '../check-documents/handler.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import type { Clients } from './aws-clients.ts';
import { packedJsonSetting, type Settings } from './settings.ts';

export function wireCheckDocuments({ ssm, cloudWatch }: Pick<Clients, 'ssm' | 'cloudWatch'>, settings: Settings) {
  return checkDocumentsHandler({
    managedInstances: managedInstancesOn(ssm),
    reviewed: packedJsonSetting(settings, 'DOCUMENTS'),
    countNotReviewed: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.documentsNotReviewed),
  });
}
