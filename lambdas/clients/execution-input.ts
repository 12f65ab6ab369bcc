import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** Returns the fields of an execution's input; none if the input is not a JSON object. */
export type ExecutionInput = (executionArn: string) => Promise<Readonly<Record<string, unknown>>>;

export const executionInputOn =
  (stepFunctions: SFNClient): ExecutionInput =>
  async (executionArn) => {
    const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const given: unknown = JSON.parse(input ?? '{}');
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  };
