import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { whenBlind } from '../../domain/infra/alarm-rules.ts';
import { severities } from '../../domain/severity.ts';
import { trusts } from '../../domain/trust.ts';

/** An opened rollback, as statemachines/machines/phase.ts passes it to the functions. */
export const rollbackSchema = z.object({
  id: z.string(),
  execution_arn: z.string(),
  phase: z.int(),
  /** The phases of a rollback of several, the latest first; `phase` is the lowest. Absent: one phase. */
  phases: z.array(z.int()).min(1).optional(),
  fleet: z.string(),
  /** The alarm that started the rollback; null if a person did. */
  alarm: z.string().nullable(),
  /** ISO 8601: start_time plus the severity's limit. Waits end here. */
  deadline: z.string(),
});
export type Rollback = z.infer<typeof rollbackSchema>;

/** One command for every host: a runbook's step, or the check that confirms recovery. */
export const hostCommandSchema = z.object({
  id: z.string(),
  name: z.string(),
  document: z.string(),
  timeout_seconds: z.int().positive(),
  /** Timeout of an attempt. */
  attempt_seconds: z.int().positive(),
  parameters: z.record(z.string(), z.string()),
  /** The phase to which the command belongs, in a rollback of several. Absent: a rollback of one phase. */
  phase: z.int().optional(),
  /** The step judges the whole host, so a failure may be that of another phase. Absent: no. */
  whole: z.boolean().optional(),
  /** The tag to which the step restores code: one commit on all hosts. Absent: it restores none. */
  restores: z.string().optional(),
  /** Absent: every host at once. */
  waves: z.object({ canary: z.int(), size: z.int().positive(), stop_after: z.int() }).optional(),
});
export type HostCommand = z.infer<typeof hostCommandSchema>;

/** The hosts to which a step is sent that some hosts have done: `all`, or only those that have not (null: no hand-over). */
export const repeatSchema = z.enum(['all', 'failed']).nullable().optional();

/** A step with its timeout in seconds, and the flags that it sets: what a forecast of its time needs. */
const plannedStep = z.object({
  name: z.string(),
  timeout: z.int().positive(),
  flags: z.record(flagName, flagValue).optional(),
  /** Trading runs after it. Absent: no. */
  resumes: z.boolean().optional(),
});

/**
 * Fields of the runbook and triggers.yaml that decide whether a rollback begins, as statemachines/states/opening.ts
 * passes them.
 */
export const policySchema = z.object({
  rollback_safe: z.boolean(),
  approvers: z.int().positive(),
  /** The versions to which the rollback restores code, one per phase that restores any. Absent: none. */
  targets: z.array(z.object({ phase: z.int(), version: z.string(), by: z.array(z.string()).readonly() })).optional(),
  /** One sentence per forbidden pair of code and flag that the rollback can bring a host to. Absent: none. */
  forbidden: z.array(z.string()).optional(),
  steps: z.array(plannedStep),
  triggers: z.record(
    z.string(),
    z.object({
      severity: z.enum(severities),
      when_blind: z.enum(whenBlind),
      trust: z.enum(trusts),
      impact: z.string().optional(),
    }),
  ),
});
export type Policy = z.infer<typeof policySchema>;

/** Fields of a runbook that a plan is made from (domain/plan/plan.ts). */
export const plannedRunbookSchema = z.object({
  phase: z.int(),
  name: z.string(),
  target: z.object({ version: z.string(), paths: z.array(z.string()) }),
  steps: z.array(plannedStep),
});

/** Pairs of code and flag that must never meet on a host. */
export const forbiddenSchema = z.array(
  z.object({ version: z.string(), flag: flagName, value: flagValue, reason: z.string() }),
);
