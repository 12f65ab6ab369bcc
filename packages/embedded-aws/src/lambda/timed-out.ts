import type { FunctionConfiguration } from './function-configuration.ts';
import type { FunctionError } from './protocol.ts';

/** Returns Lambda's own error for a timeout. Step Functions uses its type as the error's name. */
export const timedOut = ({ timeoutSeconds }: FunctionConfiguration, requestId: string): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  trace: [],
});
