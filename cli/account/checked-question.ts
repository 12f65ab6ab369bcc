import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { type CheckedDecisions, checkDecisions, executionsNamed, type StoredDecision } from '../../domain/question/proof.ts';
import type { Question } from '../../domain/question/question.ts';
import type { ProofRules, SeenExecution } from '../../domain/question/witnessed-answer.ts';
import type { Severity } from '../../domain/severity.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { Connection } from './clients.ts';

/** The beginning of the ARN of every execution of the environment's machines. */
export const executionsOf = ({ arnOf }: Pick<Connection, 'arnOf'>): string =>
  arnOf('').replace(':stateMachine:', ':execution:');

/** Returns an execution with its input and output, once: as a function sees it that decides (lambdas/clients). */
export async function seeExecution({ stepFunctions }: Connection, executionArn: string): Promise<SeenExecution> {
  try {
    const { status = 'unknown', startDate, stopDate, input, output } = await stepFunctions.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (startDate === undefined || input === undefined) return 'unreadable';
    return {
      status,
      input: JSON.parse(input),
      output: output === undefined ? undefined : JSON.parse(output),
      started_at: startDate.getTime(),
      stopped_at: stopDate?.getTime() ?? null,
    };
  } catch (error) {
    return (error as Error).name === 'ExecutionDoesNotExist' ? 'missing' : 'unreadable';
  }
}
