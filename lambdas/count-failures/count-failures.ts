import * as z from 'zod';
import { isReportedElsewhere } from '../../domain/refusal.ts';
import type { ExecutionError } from '../clients/execution-error.ts';

/** The failure of an execution as EventBridge sends it (Step Functions guide, "Execution status change event examples"). */
export const failedSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({ executionArn: z.string(), stateMachineArn: z.string(), status: z.literal('FAILED') }),
});
export type Failed = z.infer<typeof failedSchema>;

export type CountFailuresDeps = {
  readonly errorOf: ExecutionError;
  /** The part of every machine's name before its own: `rollback-production-`. */
  readonly prefix: string;
  readonly count: (machine: string) => Promise<void>;
};

/**
 * Counts the failure of an execution, unless it refused a person's input or an alarm of its own reports it: that person reads
 * the reason, and nobody else needs to act.
 */
export async function countFailures({ errorOf, prefix, count }: CountFailuresDeps, { detail }: Failed): Promise<void> {
  const { executionArn, stateMachineArn } = detail;
  if (isReportedElsewhere(await errorOf(executionArn))) return;
  const name = stateMachineArn.split(':').at(-1) ?? '';
  await count(name.startsWith(prefix) ? name.slice(prefix.length) : name);
}
