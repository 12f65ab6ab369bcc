import { DescribeStateMachineForExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type PlannedStep, plannedSteps } from '../../domain/page/planned-steps.ts';

/** Returns the steps of the definition with which an execution runs. */
export type ReadPlannedSteps = (executionArn: string) => Promise<PlannedStep[]>;

export const plannedStepsOn =
  (stepFunctions: SFNClient): ReadPlannedSteps =>
  async (executionArn) => {
    const { definition = '{}' } = await stepFunctions.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    return plannedSteps(definition);
  };
