import { parseAnswer } from '../../domain/question/answer.ts';
import { follow, startExecution } from '../account/execution.ts';
import { UsageError } from '../account/usage-error.ts';
import { print, printFailure } from '../text/colour.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { inOptions } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly operator?: string;
  readonly reason?: string;
  readonly rollback?: string;
  readonly json?: boolean;
};

export async function decide(answer: string, { operator, reason, rollback, json = false, ...account }: Options) {
  const input = { answer, operator, reason, rollback };
  refuseEarly(input);
  const what = `answer ${answer} as ${operator}${rollback === undefined ? '' : ` to rollback ${rollback}`}`;
  return actingOn(account, what, async (connection) => {
    const executionArn = await startExecution(connection, 'decide', input);
    const ended = await withProgress('Answering', () => follow(connection, executionArn, () => {}));
    if (!ended) {
      console.error(`Stopped waiting; the answer is still being processed: ${executionArn}`);
      return 130;
    }
    if (ended.status !== 'SUCCEEDED') {
      printFailure(ended.cause ?? `The answer was not accepted: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    const accepted = JSON.parse(ended.output ?? '{}') as AcceptedAnswer;
    if (json) console.log(JSON.stringify(accepted, null, 2));
    else print(acceptedText(accepted, connection.name));
    return 0;
  });
}

/** Output of the decide machine (lambdas/take-the-answer). `standing` is the state of the question, in a sentence. */
type AcceptedAnswer = {
  readonly rollback: string;
  readonly phase: number;
  readonly answer: string;
  readonly standing: string;
};

const acceptedText = ({ rollback, phase, answer, standing }: AcceptedAnswer, environment: string) =>
  [
    `Accepted: ${answer}, for rollback ${rollback} of phase ${phase}. ${standing}`,
    'See what the rollback does now:',
    `  ${showCommand(rollback, environment)}`,
  ].join('\n');

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: Record<string, unknown>): void {
  const parsed = parseAnswer(input);
  if ('refused' in parsed) throw new UsageError(inOptions(parsed.refused, ['operator', 'reason', 'rollback']));
}
