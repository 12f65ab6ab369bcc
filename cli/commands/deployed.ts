import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { type Command, UsageError } from './command.ts';
import { options, wholeNumber } from './options.ts';

export const deployed: Command = {
  summary: "Record a deployment (the pipeline's call): a rollback calls corrupt what came after it",
  get help() {
    return `rollback deployed --phase N --version V [--at INSTANT]

  --phase N            the phase that was deployed; --version V what went to the hosts
  --at INSTANT         when, ISO 8601 UTC (default: now)
${environmentHelp()}

Starts the record-deployment state machine. Told twice is stored once.
Exit code 0: recorded. 1: refused, with the reason. 2: asked wrongly.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: { phase: { type: 'string' }, version: { type: 'string' }, at: { type: 'string' }, ...environmentOption },
    });
    const { phase, version, at, environment } = values;
    if (phase === undefined || version === undefined)
      throw new UsageError('A deployment needs --phase and --version, such as --phase 1 --version v1.4.0.');
    const input = { phase: wholeNumber('phase', phase, 1), version, ...(at === undefined ? {} : { at }) };
    const account = connect(environment);
    try {
      const executionArn = await startExecution(account, 'record-deployment', input);
      const ended = await follow(account, executionArn, () => {});
      if (ended?.status !== 'SUCCEEDED') {
        console.error(ended?.cause ?? `The recording ended ${ended?.status ?? 'unseen'}: ${executionArn}`);
        return 1;
      }
      const recorded = JSON.parse(ended.output ?? '{}') as { version: string; at: string };
      console.log(`Recorded: phase ${input.phase} is at ${recorded.version} since ${recorded.at}.`);
      return 0;
    } catch (error) {
      throw accountError(error, account);
    }
  },
};
