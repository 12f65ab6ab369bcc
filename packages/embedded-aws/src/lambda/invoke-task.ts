import * as z from 'zod';
import { uuid } from '../clock/random.ts';
import type { Iam } from '../iam/iam.ts';
import type { Integration } from '../states/interpreter/integration.ts';
import { TaskFailure } from '../states/interpreter/state-failure.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import { FunctionFailure } from './function-failure.ts';
import type { Lambda } from './lambda.ts';
import { refusal, sdkMetadata } from './sdk-metadata.ts';

const argumentsSchema = z.strictObject({
  FunctionName: z.string(),
  Payload: z.unknown().optional(),
  InvocationType: z.enum(['RequestResponse', 'Event']).optional(),
});

/**
 * Returns the integration `arn:aws:states:::lambda:invoke`: it runs a function as a task, in the machine's role.
 *
 * A function's own error has its own name in the machine, with Lambda's JSON as the cause (Step Functions guide, "Handling
 * errors"). With `InvocationType` `Event` the task ends as soon as Lambda has the event, and its result has no payload.
 */
export const invokeTask = (
  lambda: Lambda,
  iam: Iam,
  { clock, random }: Surroundings,
  count: (executionArn: string) => void,
): Integration => {
  let refused = 0;
  return async ({ arguments: given, caller, executionArn }) => {
    const { FunctionName, Payload, InvocationType } = argumentsSchema.parse(given);
    try {
      iam.authorize(caller, [{ action: 'lambda:InvokeFunction', resource: FunctionName }]);
      count(executionArn);
      if (InvocationType === 'Event') {
        lambda.invokeAsTask(FunctionName, Payload ?? null, caller);
        return { StatusCode: 202 };
      }
      const response = await lambda.invoke(FunctionName, Payload ?? null, caller);
      const { payload, version } = response;
      return { ExecutedVersion: version, Payload: payload, ...sdkMetadata(response, clock.now()), StatusCode: 200 };
    } catch (error) {
      if (error instanceof FunctionFailure) throw new TaskFailure(error.error.errorType, JSON.stringify(error.error));
      if (!(error instanceof AwsError)) throw error;
      const { code, message, statusCode } = error;
      const denied = code === 'AccessDeniedException';
      const requestId = uuid(random, `lambda/refused/${refused++}`);
      const about = refusal(denied ? 403 : statusCode, code, requestId);
      throw new TaskFailure(`Lambda.${denied ? 'AWSLambdaException' : code}`, `${message} ${about}`);
    }
  };
};
