import type { FunctionConfiguration } from './function-configuration.ts';

/** Counts the running invocations of each function against its reserved concurrency. */
export function concurrency(throttled: (functionName: string) => never) {
  const running = new Map<string, number>();
  /** Calls `throttled` at the limit, which throws. The returned function ends the invocation's count. */
  return ({ name, reservedConcurrency = Number.POSITIVE_INFINITY }: FunctionConfiguration): (() => void) => {
    const now = running.get(name) ?? 0;
    if (now >= reservedConcurrency) throttled(name);
    running.set(name, now + 1);
    return () => void running.set(name, (running.get(name) ?? 1) - 1);
  };
}
