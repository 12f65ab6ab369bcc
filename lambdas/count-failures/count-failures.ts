import * as z from 'zod';
import { isReportedElsewhere } from '../../domain/refusal.ts';
import type { ExecutionError } from '../clients/execution-error.ts';
import type { ExecutionInput } from '../clients/execution-input.ts';

/** The failure or the stop of an execution as EventBridge sends it (Step Functions guide, "Execution status change event examples"). */
export const failedSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({ executionArn: z.string(), stateMachineArn: z.string(), status: z.enum(['FAILED', 'ABORTED']) }),
});
export type Failed = z.infer<typeof failedSchema>;

export type CountFailuresDeps = {
  readonly errorOf: ExecutionError;
  readonly inputOf: ExecutionInput;
  /** The part of every machine's name before its own: `rollback-production-`. */
  readonly prefix: string;
  readonly count: (machine: string, what: 'failed' | 'aborted') => Promise<void>;
};

/**
 * Counts the failure of an execution, unless it refused a person's input or an alarm of its own reports it: that person reads
 * the reason, and nobody else needs to act. Counts a stop too, unless it stopped a drill: Reconcile tells people of that one.
 */
export async function countFailures(deps: CountFailuresDeps, { detail }: Failed): Promise<void> {
  const { executionArn, stateMachineArn, status } = detail;
  const { errorOf, prefix, count } = deps;
  const isStop = status === 'ABORTED';
  if (isStop ? await isDrill(deps, executionArn) : isReportedElsewhere(await errorOf(executionArn))) return;
  const name = stateMachineArn.split(':').at(-1) ?? '';
  await count(name.startsWith(prefix) ? name.slice(prefix.length) : name, isStop ? 'aborted' : 'failed');
}

/** Whether the input asked for a drill. An input that is no JSON, or is gone with its execution, did not. */
const isDrill = async ({ inputOf }: CountFailuresDeps, executionArn: string): Promise<boolean> => {
  const input = await inputOf(executionArn).catch((error: Error) => {
    if (error instanceof SyntaxError || error.name === 'ExecutionDoesNotExist') return {};
    throw error;
  });
  return 'mode' in input && input.mode === 'simulate';
};
