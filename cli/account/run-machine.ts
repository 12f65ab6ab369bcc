import { accountError, connect } from './clients.ts';
import { follow, startExecution } from './execution.ts';

/** A machine that takes a person's input: its name after `rollback-<environment>-`, and what its execution does, in a word. */
export type PersonsMachine = { readonly machine: string; readonly what: string };

/**
 * Starts a machine with a person's input, waits for its end, and prints what `accepted` makes of its output. Prints why if
 * it was refused. Returns the exit code: 0 accepted, 1 refused, 130 interrupted while it was still being processed.
 */
export async function runMachine<Output>(
  { machine, what }: PersonsMachine,
  input: object,
  environment: string,
  accepted: (output: Output) => string,
): Promise<number> {
  const connection = connect(environment);
  try {
    const executionArn = await startExecution(connection, machine, input);
    const ended = await follow(connection, executionArn, () => {});
    if (!ended) {
      console.error(`Stopped waiting; the ${what} is still being processed: ${executionArn}`);
      return 130;
    }
    if (ended.status !== 'SUCCEEDED') {
      console.error(ended.cause ?? `The ${what} was not accepted: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    console.log(accepted(JSON.parse(ended.output ?? '{}') as Output));
    return 0;
  } catch (error) {
    throw accountError(error, connection);
  }
}
