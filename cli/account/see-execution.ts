import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { RollbackEvent } from '../../domain/history/event.ts';
import {
  type CheckedDecisions,
  checkDecisions,
  executionsNamed,
  principalsIn,
  type StoredDecision,
} from '../../domain/proof/checked-decisions.ts';
import { type ProofRules, type SeenExecution, seenExecution } from '../../domain/proof/witnessed-answer.ts';
import type { Question } from '../../domain/question/question.ts';
import { accountNow } from './account-controls.ts';
import type { Connection } from './clients.ts';

/** Looks at executions once, and returns them by ARN. One that cannot be read is `unreadable`. */
export async function seeExecutions(
  { stepFunctions }: Connection,
  arns: readonly string[],
): Promise<ReadonlyMap<string, SeenExecution>> {
  const see = async (executionArn: string): Promise<SeenExecution> => {
    try {
      return seenExecution(await stepFunctions.send(new DescribeExecutionCommand({ executionArn })));
    } catch (error) {
      return (error as Error).name === 'ExecutionDoesNotExist' ? 'missing' : 'unreadable';
    }
  };
  return new Map(await Promise.all(arns.map(async (arn) => [arn, await see(arn)] as const)));
}

/** Returns which stored decisions on a question count now, as the function decides that reads them. */
export async function checkStored(
  connection: Connection,
  { question, stored }: { readonly question: Question; readonly stored: readonly StoredDecision[] },
  events: readonly RollbackEvent[],
): Promise<CheckedDecisions> {
  const rules = await proofRules(connection);
  const seen = await seeExecutions(connection, executionsNamed(stored, rules));
  return checkDecisions(question, stored, {
    rules,
    seen,
    verified: principalsIn(events),
    now: await accountNow(connection),
    final: false,
  });
}

async function proofRules({ arnOf }: Connection): Promise<ProofRules> {
  // Few commands meet an open question, and the others need not wait for all that reads infra/.
  const { readTriggers } = await import('../../config/infra.ts');
  return {
    executions: arnOf('').replace(':stateMachine:', ':execution:'),
    severityOf: Object.fromEntries(
      Object.entries(readTriggers().triggers).map(([name, { severity }]) => [name, severity]),
    ),
  };
}
