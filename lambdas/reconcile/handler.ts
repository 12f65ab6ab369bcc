import middy from '@middy/core';
import { InvalidInput } from '../../domain/errors.ts';
import { isMonth } from '../../domain/statistics/months.ts';
import { type ReconcileDeps, reconcileOnce } from './reconcile.ts';

type Deps = ReconcileDeps & { readonly rebuildStatistics: (month: string) => Promise<void> };

/**
 * Corrects what was lost or stopped half way. Runs every minute; a second run in a row does nothing.
 *
 * A person may call it with `{"rebuild_statistics": "2026-11"}`: this run and the next ones also count that month again.
 */
export const reconcileHandler = ({ rebuildStatistics, ...deps }: Deps) =>
  middy(async (event: { readonly rebuild_statistics?: unknown } | null) => {
    const month = event?.rebuild_statistics; // a call without a payload has no event
    if (month !== undefined) await rebuildStatistics(checkedMonth(month));
    return reconcileOnce(deps);
  });

function checkedMonth(month: unknown): string {
  if (typeof month === 'string' && isMonth(month)) return month;
  throw new InvalidInput(
    `rebuild_statistics must be a month such as 2026-11; found ${JSON.stringify(month)}. Nothing was done.`,
  );
}
