import { AwsError } from '../wire/aws-error.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** Counts the running invocations of each function against its reserved concurrency. */
export function concurrency(throttled: (functionName: string) => void) {
  const running = new Map<string, number>();
  /** Throws TooManyRequestsException at the limit. The returned function ends the invocation's count. */
  return ({ name, reservedConcurrency = Number.POSITIVE_INFINITY }: FunctionConfiguration): (() => void) => {
    const now = running.get(name) ?? 0;
    if (now >= reservedConcurrency) {
      throttled(name);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    running.set(name, now + 1);
    return () => void running.set(name, (running.get(name) ?? 1) - 1);
  };
}
