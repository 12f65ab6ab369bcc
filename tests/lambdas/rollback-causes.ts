import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Severity } from '../../domain/severity.ts';

/** Cause of a live rollback of phase 1: an alarm that turned red just now. */
export const causeOfAlarm = (
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
  silent: false,
});
