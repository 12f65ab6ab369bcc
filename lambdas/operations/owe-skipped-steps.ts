import { passedStep } from '../../domain/history/begins-at.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { skippedSteps } from '../../domain/history/skipped-steps.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';

type Ended = { readonly id: string; readonly phase: number; readonly phases?: readonly number[] | undefined };

/**
 * After a rollback that ended well: keeps the steps that people skipped in it, and forgets those that it did. One of some hosts does no
 * step everywhere, and neither does one that began behind the step.
 */
export async function oweSkippedSteps(
  { unreached }: { readonly unreached: Pick<Unreached, 'skipped' | 'keepSkipped' | 'forgetSkipped'> },
  rollback: Ended,
  scope: Pick<RollbackScope, 'only_hosts' | 'begins_at'>,
  { since, events }: { readonly since: string; readonly events: readonly RollbackEvent[] },
): Promise<void> {
  const own = events.length > 0 ? skippedSteps(recordOf(events)) : [];
  const phases = phasesOf(rollback);
  for (const one of scope.only_hosts === null ? await unreached.skipped() : [])
    if (phases.includes(one.phase) && !passedStep(scope.begins_at, one.step)) await unreached.forgetSkipped(one);
  for (const one of own) await unreached.keepSkipped({ ...one, rollback: rollback.id, since });
}
