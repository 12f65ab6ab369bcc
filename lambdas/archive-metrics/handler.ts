import middy from '@middy/core';
import { type ArchiveMetricsDeps, archiveMetrics } from './archive-metrics.ts';

/** Archives the triggers' metrics of the newest two hours. Takes no input; may run at any time. Logs a slot that is lost. */
export const archiveMetricsHandler = (deps: ArchiveMetricsDeps) =>
  middy(async () => {
    const archived = await archiveMetrics(deps);
    if (archived.result === 'lost')
      console.warn(
        `${archived.key} is lost: CloudWatch keeps data of 10 s for three hours, and no run put them in time.`,
      );
    return archived;
  });
