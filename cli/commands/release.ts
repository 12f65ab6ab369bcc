import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { UsageError } from '../account/usage-error.ts';
import type { Command } from './command.ts';
import { options } from './options.ts';

export const release: Command = {
  summary: 'Release a fleet that a rollback still holds because it needs a person',
  get help() {
    return `rollback release --operator NAME --reason TEXT [--rollback ID]

  --operator NAME      your name
  --reason TEXT        why the fleet is safe now
  --rollback ID        release only if this rollback holds the fleet
${environmentHelp()}

Starts the release state machine, as the console can with {"operator": …, "reason": …}.
Exit code 0: released. 1: refused; prints the reason. 2: usage error.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: {
        operator: { type: 'string' },
        reason: { type: 'string' },
        rollback: { type: 'string' },
        ...environmentOption,
      },
    });
    const { environment, ...input } = values;
    refuseEarly(input);
    const connection = connect(environment);
    try {
      const executionArn = await startExecution(connection, 'release', input);
      const ended = await follow(connection, executionArn, () => {});
      if (!ended) {
        console.error(`Stopped waiting; the release is still being processed: ${executionArn}`);
        return 1;
      }
      if (ended.status !== 'SUCCEEDED') {
        console.error(ended.cause ?? `The fleet was not released: execution ${executionArn} ended ${ended.status}.`);
        return 1;
      }
      const { fleet, released } = JSON.parse(ended.output ?? '{}') as { fleet: string; released: string };
      console.log(
        `Fleet ${fleet} is free: rollback ${released} no longer holds it, and its history records the release.`,
      );
      console.log(
        `Rollback ${released} will not resume; start it again if needed. A waiting rollback now takes the fleet.`,
      );
      return 0;
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: object): void {
  try {
    parseReleaseRequest(input);
  } catch (error) {
    throw new UsageError(`${(error as Error).message} Options: --operator, --reason, --rollback.`);
  }
}
