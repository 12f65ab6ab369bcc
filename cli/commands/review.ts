import { parseReview } from '../../domain/afterwards/review.ts';
import type { ReviewRecord } from '../../domain/history/review-record.ts';
import { environmentHelp, environmentOption } from '../account/clients.ts';
import { runMachine } from '../account/run-machine.ts';
import { UsageError } from '../account/usage-error.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { Command } from './command.ts';
import { onlyRollback, options } from './options.ts';

export const review: Command = {
  summary: 'Say, as a second person, whether an automatic rollback was right',
  get help() {
    return `rollback review ROLLBACK_ID --verdict right|wrong --operator NAME --reason TEXT

  ROLLBACK_ID          the execution's name
  --verdict VERDICT    right or wrong: whether it was right to roll back without asking
  --operator NAME      your name; whoever started the rollback cannot review it
  --reason TEXT        why you judge so
${environmentHelp()}

Needed for a CRITICAL rollback that an alarm started and that acted before a person had answered; \`rollback show\` names its
deadline. Starts the review state machine, as the console can with {"rollback": …, "operator": …, "verdict": …, "reason": …}.
Exit code 0: accepted. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the review is still being processed.`;
  },
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: {
        verdict: { type: 'string' },
        operator: { type: 'string' },
        reason: { type: 'string' },
        ...environmentOption,
      },
    });
    const { environment, ...given } = values;
    return reviewRollback({ rollback: onlyRollback('review', positionals), ...given }, environment);
  },
};

/** Reviews a rollback. Returns the exit code. Throws UsageError if the machine would refuse the input. */
async function reviewRollback(input: { readonly rollback: string }, environment: string): Promise<number> {
  refuseEarly(input);
  return runMachine(
    { machine: 'review', what: 'review' },
    input,
    environment,
    ({ review: { verdict, reviewer, reason } }: { readonly review: ReviewRecord }) =>
      [
        `Reviewed rollback ${input.rollback}: ${verdict}, by ${reviewer}: ${reason}`,
        'CloudTrail names the verified reviewer within minutes; see the record:',
        `  ${showCommand(input.rollback, environment)}`,
      ].join('\n'),
  );
}

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: object): void {
  try {
    parseReview(input);
  } catch (error) {
    throw new UsageError(`${(error as Error).message} Options: --verdict, --operator, --reason.`);
  }
}
