import type { Clock } from '../clock/clock.ts';
import type { Acquire } from '../clock/semaphore.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { FunctionError } from './protocol.ts';

export type Result = { readonly payload: unknown } | { readonly error: FunctionError };

/** One execution environment of one function. It runs one invocation at a time. */
export type Runtime = {
  invoke(payload: unknown, context: Readonly<Record<string, unknown>>): Promise<Result>;
  alive(): boolean;
  /**
   * Ends the environment in the middle of its invocation, as a fault does: with this error at once, or else with Lambda's
   * timeout at its instant. Nothing that the invocation still does has an effect.
   */
  kill(error: FunctionError | undefined): void;
  close(): Promise<unknown>;
};

/** Starts an environment of a function. */
export type StartRuntime = (wiring: Wiring) => Runtime;

export type Wiring = {
  readonly configuration: FunctionConfiguration;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly acquire: Acquire;
  readonly ready: (initMilliseconds: number) => void;
  readonly log: (line: string) => void;
};
