import * as z from 'zod';

/** A rollback that has been opened, as statemachines/phase-machine.ts passes it on. */
export const rollbackSchema = z.object({
  id: z.string(),
  execution_arn: z.string(),
  phase: z.int(),
  fleet: z.string(),
  /** The alarm that started it; null: a person did. */
  alarm: z.string().nullable(),
  /** ISO 8601: the severity's limit, from start_time. Waits end here. */
  deadline: z.string(),
});
export type Rollback = z.infer<typeof rollbackSchema>;

/** One command for every host: a runbook's step, or the check that confirms recovery. */
export const hostCommandSchema = z.object({
  id: z.string(),
  name: z.string(),
  document: z.string(),
  timeout_seconds: z.int().positive(),
  /** After this long an attempt is over, whatever the hosts say. */
  attempt_seconds: z.int().positive(),
  parameters: z.record(z.string(), z.string()),
  /** Absent: every host at once. */
  waves: z.object({ canary: z.int(), size: z.int().positive(), stop_after: z.int() }).optional(),
});
export type HostCommand = z.infer<typeof hostCommandSchema>;
