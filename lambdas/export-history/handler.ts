import middy from '@middy/core';
import { type ExportHistoryDeps, exportHistory } from './export-history.ts';

/** Exports the history to S3. Runs every minute; does nothing if there is no new link. Logs why a link waits. */
export const exportHistoryHandler = (deps: ExportHistoryDeps) =>
  middy(async () => {
    const exported = await exportHistory(deps);
    if (exported.waits !== null) console.warn(exported.waits);
    return exported;
  });
