import type { Assessment } from '../alarm/assessment.ts';
import type { RollbackRecord } from '../history/record.ts';
import { isWorse, type Severity } from '../severity.ts';

/** The alarm that a rollback is judged by. */
export type WorstAlarm = {
  readonly trigger: string;
  readonly severity: Severity;
  /** The alarm has no data, or its severity cannot be measured. */
  readonly blind: boolean;
  /** ISO 8601: the alarm's change of state; the rollback's limit is counted from this instant. */
  readonly start_time: string;
  /** Facts that contradict an alarm without data; absent: none. */
  readonly doubts?: readonly string[] | undefined;
};

/** Returns the worst alarm of a rollback: its own alarm (`own`: its assessment), or one that joined. */
export const worstAlarm = (record: RollbackRecord, own: Assessment | null = record.assessment): WorstAlarm =>
  record.joined.reduce<WorstAlarm>(
    (worst, { trigger, severity, blind, changed_at, doubts }) =>
      isWorse(severity, worst.severity) ? { trigger, severity, blind, start_time: changed_at, doubts } : worst,
    {
      trigger: record.trigger,
      severity: own?.severity ?? record.severity_at_opening,
      blind: own?.blind ?? false,
      start_time: record.start_time,
      doubts: own?.doubts,
    },
  );
