import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Severity } from '../../domain/severity.ts';

/** Why a live rollback of phase 1 opens: an alarm that went red just now. */
export const occasionOfAlarm = (
  trigger: RollbackCause['trigger'],
  severity: Severity,
  changed_at: string,
): RollbackCause => ({
  trigger,
  severity,
  reason: 'x',
  operator: null,
  mode: 'live',
  start_time: changed_at,
  breaching_since: null,
  only_hosts: null,
  impact: 'x',
  alarm: { name: `rollback-test-phase-1-${trigger}`, changed_at, state: 'ALARM' },
  breach: null,
});
