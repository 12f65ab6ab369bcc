import { ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { includesPhases, type OfPhases } from '../../domain/phases.ts';
import type { LastTime } from '../../domain/plan/plan.ts';
import type { History } from '../stores/history.ts';

/**
 * Returns the newest *Rolled back* rollback of the same phase, or phases, on the whole fleet, by any execution of its machine;
 * null if none.
 */
export type PreviousRollback = (executionArn: string, of?: OfPhases) => Promise<LastTime | null>;

/** Plans and duplicates also succeed and are skipped; after 50 of them no earlier rollback is found. */
const mostExecutions = 50;

/** Finds rollbacks of the last 90 days: Step Functions keeps executions for that long after their end. */
export const previousRollbackOn =
  (stepFunctions: SFNClient, history: Pick<History, 'events'>): PreviousRollback =>
  async (executionArn, of) => {
    const { executions = [] } = await stepFunctions.send(
      new ListExecutionsCommand({
        stateMachineArn: executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
        statusFilter: 'SUCCEEDED',
        maxResults: mostExecutions,
      }),
    );
    for (const { name = '' } of executions) {
      const events = await history.events(name);
      const record = events.length > 0 ? recordOf(events) : undefined;
      const same = !of?.phases || (record && includesPhases(record, of) && includesPhases(of, record));
      if (record?.ending === 'Rolled back' && record.only_hosts === null && same) return lastTimeOf(record);
    }
    return null;
  };

const lastTimeOf = ({ rollback_id, completion_time, duration_minutes, steps }: RollbackRecord): LastTime => ({
  rollback: rollback_id,
  at: completion_time ?? '',
  minutes: duration_minutes ?? 0,
  seconds: Object.fromEntries(
    steps.flatMap(({ step, started_at, ended_at }) =>
      ended_at === null ? [] : [[step, (Date.parse(ended_at) - Date.parse(started_at)) / 1000]],
    ),
  ),
});
