// The messages between the account and a function's worker thread.

/** The data that a worker thread starts with. */
export type Start = {
  /** The bundled entry, e.g. `<asset>/index.mjs`, and the name of its export (`handler`). */
  readonly entry: string;
  readonly exported: string;
  /** The shared time of the virtual clock; absent under the real clock. */
  readonly time?: SharedArrayBuffer;
  /** The folder in which this process keeps compiled code, if it does. */
  readonly compileCache?: string;
};

export type Invocation = {
  readonly type: 'invoke';
  readonly payload: unknown;
  /** The instant of the function's timeout, in milliseconds since 1970 of the account's clock. */
  readonly deadline: number;
  readonly context: Readonly<Record<string, unknown>>;
};

export type ToWorker = Invocation | { readonly type: 'wake'; readonly sleep: number };

/** Lambda's report of a failed function. `errorType` is the error's name, which `ErrorEquals` matches. */
export type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
};

export type FromWorker =
  | { readonly type: 'ready'; readonly initMilliseconds: number }
  | { readonly type: 'unloadable'; readonly error: FunctionError }
  | { readonly type: 'returned'; readonly payload: unknown }
  | { readonly type: 'threw'; readonly error: FunctionError }
  | { readonly type: 'sleep'; readonly sleep: number; readonly delay: number }
  | { readonly type: 'rose'; readonly sleep: number };
