import type { Connection } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';

/** A machine that takes a person's input. */
export type PersonsMachine<Output> = {
  /** Its name after `rollback-<environment>-`. */
  readonly machine: string;
  readonly input: object;
  /** The input in words, such as `the review`, and what it does, for the question that is asked on AWS. */
  readonly what: string;
  readonly does: string;
  /** The part that is printed of the machine's output once the input is accepted. */
  readonly accepted: (output: Output, connection: Connection) => string | Promise<string>;
  /** Returns further lines for the person, which are read afterwards. Absent: none. */
  readonly besides?: (connection: Connection) => Promise<readonly string[]>;
};

/**
 * Starts a machine with a person's input, waits for its end, and prints whether the input was accepted, or why not. Returns
 * the exit code: 0 accepted, 1 refused, 130 interrupted while it was still being processed.
 */
export const startPersonsMachine = <Output>(
  account: ActingOptions,
  { machine, input, what, does, accepted, besides }: PersonsMachine<Output>,
): Promise<number> =>
  actingOn(account, does, async (connection) => {
    const executionArn = await startExecution(connection, machine, input);
    const ended = await withProgress('Waiting', () => follow(connection, executionArn, () => {}));
    if (!ended) {
      console.error(`Stopped waiting; ${what} is still being processed: ${executionArn}`);
      return 130;
    }
    if (ended.status !== 'SUCCEEDED') {
      printFailure(ended.cause ?? `Not accepted: ${what}. Execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    console.log(await accepted(JSON.parse(ended.output ?? '{}') as Output, connection));
    for (const line of (await besides?.(connection).catch(() => [])) ?? []) console.log(line);
    return 0;
  });
