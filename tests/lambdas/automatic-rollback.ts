import { recordOf } from '../../domain/history/record.ts';
import { closeRollback } from '../../lambdas/operations/close-rollback.ts';
import { decidingStores } from './deciding-stores.ts';
import { fleetStores } from './fleet-stores.ts';
import { START } from './opened-rollback.ts';
import { emptyTables } from './tables.ts';

const execution_arn = 'arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-1:r-1';
export const rollback = { id: 'r-1', execution_arn, phase: 1, fleet: 'trading' };
/** The end of the rollback, and the deadline of its review. */
export const ENDED = '2026-03-02T09:10:00.000Z';
export const DUE = '2026-03-05T09:10:00.000Z';

/** Rollback r-1 of a CRITICAL alarm, which acted without a question. `changes`: in the detail of its opening. */
export async function automaticRollback(changes: object = {}) {
  const tables = await emptyTables();
  const deps = { ...decidingStores(tables.db), ...fleetStores(tables.db), now: () => Date.parse(ENDED) };
  const alarm = { name: 'rollback-test-phase-1-data_corruption', changed_at: START, state: 'ALARM' };
  const opening = {
    phase: 1,
    phase_name: 'Databento Client',
    trigger: 'data_corruption',
    severity: 'CRITICAL',
    start_time: START,
    execution_arn,
    fleet: 'trading',
    mode: 'live',
    operator: null,
    alarm,
    ...changes,
  };
  await deps.history.append(
    'r-1',
    { id: 'rollback-opened', type: 'Rollback opened', at: START, detail: opening },
    { id: 'decided/1', type: 'Decided', at: START, detail: { decision: 'act', why: [] } },
    { id: 'fleet-taken/1', type: 'Fleet taken', at: START, detail: { fence: 1 } },
  );
  await deps.claims.claimPhase(1, { rollback: 'r-1', execution_arn });
  const events = () => deps.history.events('r-1');
  return {
    tables,
    deps,
    events,
    record: async () => recordOf(await events()),
    types: async () => (await events()).map(({ type }) => type),
    /** Returns the open reviews, overdue or not. */
    openReviews: () => deps.reviews.dueFrom(''),
    end: (ending: 'Rolled back' | 'Needs a person' = 'Rolled back') =>
      closeRollback(deps, { rollback, fence: 1, ending, problem: null }),
  };
}
