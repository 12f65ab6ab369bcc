import type { FunctionError } from './protocol.ts';

/** Which invocation of which function. */
export type FunctionRun = {
  readonly functionName: string;
  readonly functionArn: string;
  readonly roleArn: string;
  readonly version: string;
  readonly requestId: string;
};

/** The function ran and failed, or did not come back in time. `error` is what a state machine's Retry and Catch match. */
export class FunctionFailure extends Error {
  readonly error: FunctionError;
  readonly run: FunctionRun;

  constructor(error: FunctionError, run: FunctionRun) {
    super(`${error.errorType}: ${error.errorMessage}`);
    this.error = error;
    this.run = run;
  }
}
