import { productMetrics } from '../../domain/product-metrics.ts';
import type { MeasuredInput } from '../../domain/statistics/measured.ts';
import { metricValueOn } from '../clients/metric-counter.ts';
import { measureTheTimesHandler } from '../measure-the-times/handler.ts';
import { readMonthsIn } from '../stores/counted-months.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { jsonSetting, type Settings } from './settings.ts';

/** The setting LIMITS_OF_TIMES, as the stack writes it. */
export type LimitsOfTimes = MeasuredInput['limits'] & { readonly embedded: boolean };

export function wireMeasureTheTimes(
  { cloudWatch, dynamoDb }: Pick<Clients, 'cloudWatch' | 'dynamoDb'>,
  settings: Settings,
  clock: Clock,
) {
  const { embedded, ...limits } = jsonSetting<LimitsOfTimes>(settings, 'LIMITS_OF_TIMES');
  return measureTheTimesHandler({
    readMonths: readMonthsIn(dynamoDb, settings('HISTORY_TABLE')),
    ...{ limits, embedded },
    phases: jsonSetting(settings, 'PHASES'),
    publish: metricValueOn(cloudWatch, settings('ENVIRONMENT'), productMetrics.limitUse),
    now: clock.now,
  });
}
