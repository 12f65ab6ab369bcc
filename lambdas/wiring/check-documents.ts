import { productMetrics } from '../../domain/product-metrics.ts';
import { checkDocumentsHandler } from '../check-documents/handler.ts';
import { listDocumentsOn } from '../clients/list-documents.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { checkedDocumentsIn } from '../stores/checked-documents.ts';
import type { Clients } from './aws-clients.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireCheckDocuments(
  { dynamoDb, ssm, cloudWatch }: Pick<Clients, 'dynamoDb' | 'ssm' | 'cloudWatch'>,
  settings: Settings,
) {
  return checkDocumentsHandler({
    managedInstances: managedInstancesOn(ssm),
    listDocuments: listDocumentsOn(ssm),
    checkedDocuments: checkedDocumentsIn(dynamoDb, settings('STATE_TABLE')),
    reviewed: jsonSetting(settings, 'DOCUMENTS'),
    countNotReviewed: metricCounterOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.documentsNotReviewed),
  });
}
