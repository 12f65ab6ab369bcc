import { UsageError } from '../account/usage-error.ts';

/** Refuses an input that the machine would refuse too, without the cost of an execution. `options`: those that give it. */
export function refuseEarly(parse: (input: unknown) => unknown, input: object, ...options: readonly string[]): void {
  try {
    parse(input);
  } catch (error) {
    throw new UsageError(`${(error as Error).message} Options: ${options.map((one) => `--${one}`).join(', ')}.`);
  }
}
