import middy from '@middy/core';
import { type ExportHistoryDeps, exportHistory } from './export-history.ts';

/** Exports the history to S3. Runs every minute; does nothing if there is no new link. */
export const exportHistoryHandler = (deps: ExportHistoryDeps) => middy(async () => exportHistory(deps));
