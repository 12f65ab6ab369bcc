import { parseReleaseRequest } from '../../domain/reconcile/release-request.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { type Command, UsageError } from './command.ts';
import { options } from './options.ts';

export const release: Command = {
  summary: 'Free a fleet that a rollback kept because it needs a person',
  get help() {
    return `rollback release --operator NAME --reason TEXT [--rollback ID]

  --operator NAME      who releases it; --reason TEXT why it is safe now
  --rollback ID        refuse unless this rollback is the holder
${environmentHelp()}

Starts the release state machine, as the console can with {"operator": …, "reason": …}.
Exit code 0: released. 1: refused, with the reason. 2: asked wrongly.`;
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
    try {
      parseReleaseRequest(input);
    } catch (error) {
      throw new UsageError(`${(error as Error).message} Options: --operator, --reason, --rollback.`);
    }
    const account = connect(environment);
    try {
      const executionArn = await startExecution(account, 'release', input);
      const ended = await follow(account, executionArn, () => {});
      if (ended?.status !== 'SUCCEEDED') {
        console.error(ended?.cause ?? `The release ended ${ended?.status ?? 'unseen'}: ${executionArn}`);
        return 1;
      }
      const { fleet, released } = JSON.parse(ended.output ?? '{}') as { fleet: string; released: string };
      console.log(`Fleet ${fleet} is free; rollback ${released} held it. Written into its history.`);
      console.log(
        `Rollback ${released} does not go on: if its phase is not as it should be, start it again. A rollback that waits for the fleet takes it now.`,
      );
      return 0;
    } catch (error) {
      throw accountError(error, account);
    }
  },
};
