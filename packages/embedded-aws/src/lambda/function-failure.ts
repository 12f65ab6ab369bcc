import type { FunctionError } from './protocol.ts';

/** One invocation of a function. */
export type FunctionRun = {
  readonly functionName: string;
  readonly functionArn: string;
  readonly roleArn: string;
  readonly version: string;
  readonly requestId: string;
};

/** The failure of a function that threw or timed out. A state machine's Retry and Catch match `error`. */
export class FunctionFailure extends Error {
  readonly error: FunctionError;
  readonly run: FunctionRun;

  constructor(error: FunctionError, run: FunctionRun) {
    super(`${error.errorType}: ${error.errorMessage}`);
    this.error = error;
    this.run = run;
  }
}
