import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { UsageError } from '../account/usage-error.ts';
import type { Command } from './command.ts';
import { options, wholeNumber } from './options.ts';

export const deployed: Command = {
  summary: 'Record a deployment (run by the pipeline); a rollback treats later rows as corrupt',
  get help() {
    return `rollback deployed --phase N --version V [--at INSTANT]

  --phase N            the phase that was deployed
  --version V          the version that the hosts received
  --at INSTANT         time of the deployment, ISO 8601 UTC (default: now)
${environmentHelp()}

Starts the record-deployment state machine. Repeating the command is harmless: a deployment is stored once.
Exit code 0: recorded. 1: refused; prints the reason. 2: usage error.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: { phase: { type: 'string' }, version: { type: 'string' }, at: { type: 'string' }, ...environmentOption },
    });
    const { phase, version, at, environment } = values;
    if (phase === undefined || version === undefined)
      throw new UsageError('deployed needs --phase and --version, such as --phase 1 --version v1.4.0.');
    const input = { phase: wholeNumber('phase', phase, 1), version, ...(at === undefined ? {} : { at }) };
    const connection = connect(environment);
    try {
      const executionArn = await startExecution(connection, 'record-deployment', input);
      const ended = await follow(connection, executionArn, () => {});
      if (!ended) {
        console.error(`Stopped waiting; the deployment is still being recorded: ${executionArn}`);
        return 1;
      }
      if (ended.status !== 'SUCCEEDED') {
        console.error(
          ended.cause ?? `The deployment was not recorded: execution ${executionArn} ended ${ended.status}.`,
        );
        return 1;
      }
      const recorded = JSON.parse(ended.output ?? '{}') as { version: string; at: string };
      console.log(`Recorded: phase ${input.phase} runs ${recorded.version} since ${recorded.at}.`);
      return 0;
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};
