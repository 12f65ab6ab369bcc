import * as z from 'zod';
import type { Iam } from '../iam/iam.ts';
import type { Integration } from '../states/interpreter/integration.ts';
import { TaskFailure } from '../states/interpreter/state-failure.ts';
import { AwsError } from '../wire/aws-error.ts';
import { FunctionFailure } from './function-failure.ts';
import type { Lambda } from './lambda.ts';

const argumentsSchema = z.strictObject({ FunctionName: z.string(), Payload: z.unknown().optional() });

/**
 * Returns the integration `arn:aws:states:::lambda:invoke`: it runs a function as a task, in the machine's role.
 *
 * A function's own error has its own name in the machine, with Lambda's JSON as the cause (Step Functions guide, "Handling
 * errors").
 */
export const invokeTask =
  (lambda: Lambda, iam: Iam, count: (executionArn: string) => void): Integration =>
  async ({ arguments: given, caller, executionArn }) => {
    const { FunctionName, Payload } = argumentsSchema.parse(given);
    try {
      iam.authorize(caller, [{ action: 'lambda:InvokeFunction', resource: FunctionName }]);
      count(executionArn);
      const { payload, version } = await lambda.invoke(FunctionName, Payload ?? null, caller);
      return { ExecutedVersion: version, Payload: payload, StatusCode: 200 };
    } catch (error) {
      if (error instanceof FunctionFailure) throw new TaskFailure(error.error.errorType, JSON.stringify(error.error));
      if (error instanceof AwsError)
        throw new TaskFailure(
          `Lambda.${error.code === 'AccessDeniedException' ? 'AWSLambdaException' : error.code}`,
          error.message,
        );
      throw error;
    }
  };
