import * as ours from '../../../domain/errors.ts';

/**
 * The errors that a definition may name, by the service or library that throws them:
 *
 * - `States.*`: Step Functions (developer guide, "Handling errors in Step Functions workflows");
 * - `Lambda.*`: its Lambda integration (developer guide, "Best practices: handle transient Lambda service exceptions");
 * - `Sandbox.Timedout`, `Runtime.ExitError`: the Lambda runtime, if a function timed out or died;
 * - `TimeoutError`: middy, just before a function's own timeout (docs/assumptions.md lists what is assumed about these);
 * - `…Exception`, `InternalServerError`: SSM, DynamoDB, AppConfig, CloudWatch and SNS through the functions, by the names of the SDK's error classes.
 */
export const existingErrors = new Set([
  ...Object.keys(ours),
  'States.ALL',
  'States.Timeout',
  'States.TaskFailed',
  'States.QueryEvaluationError',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'TimeoutError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'InternalServerError',
  'InternalServerException',
  'InternalServiceFault',
  'InternalErrorException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestLimitExceeded',
]);
