import { DescribeStateMachineForExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type PlannedStep, plannedSteps } from '../../domain/page/planned-steps.ts';

/** Returns the steps of the definition with which an execution runs. */
export type ReadPlannedSteps = (executionArn: string) => Promise<PlannedStep[]>;

/** Executions whose steps a warm function keeps: a rollback's page is written after each of its messages. */
const mostKnown = 20;

/** Reads each execution once, because the definition of an execution never changes, also if it is redriven. */
export function plannedStepsOn(stepFunctions: SFNClient): ReadPlannedSteps {
  const known = new Map<string, PlannedStep[]>();
  return async (executionArn) => {
    const found = known.get(executionArn);
    if (found) return found;
    const { definition = '{}' } = await stepFunctions.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    const steps = plannedSteps(definition);
    for (const oldest of [...known.keys()].slice(0, 1 - mostKnown)) known.delete(oldest);
    known.set(executionArn, steps);
    return steps;
  };
}
