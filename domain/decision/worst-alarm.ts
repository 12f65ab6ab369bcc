import type { Assessment } from '../alarm/assessment.ts';
import type { RollbackRecord } from '../history/record.ts';
import { isWorse, type Severity } from '../severity.ts';

/** What a rollback is judged by. */
export type WorstAlarm = {
  readonly trigger: string;
  readonly severity: Severity;
  /** Nothing says how bad it is. */
  readonly blind: boolean;
  /** ISO 8601: its limit is counted from here. */
  readonly start_time: string;
};

/** The worst of the alarms that a rollback answers: its own, or one that joined it. */
export const worstAlarm = (record: RollbackRecord, own: Assessment | null = record.assessment): WorstAlarm =>
  record.joined.reduce<WorstAlarm>(
    (worst, { trigger, severity, blind, changed_at }) =>
      isWorse(severity, worst.severity) ? { trigger, severity, blind, start_time: changed_at } : worst,
    {
      trigger: record.trigger,
      severity: own?.severity ?? record.severity_at_opening,
      blind: own?.blind ?? false,
      start_time: record.start_time,
    },
  );
