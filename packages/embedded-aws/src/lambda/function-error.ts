import type { FunctionError } from './protocol.ts';

/** Returns an error in the form of Lambda's runtime (aws-lambda-nodejs-runtime-interface-client, Errors.js), with the top of its trace. */
export function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n').slice(0, 8) };
}
