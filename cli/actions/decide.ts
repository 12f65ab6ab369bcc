import { phaseWords } from '../../domain/phases.ts';
import { parseAnswer } from '../../domain/question/answer.ts';
import { type Connection, connect } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { liveRollbacks } from '../account/live-rollbacks.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import { answerInput, isLikeAnAnswer, namesIn, notAnAnswerTo } from '../text/given-answer.ts';
import { phaseNumbers } from '../text/known-names.ts';
import { questionOf } from '../text/open-question.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { inOptions } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly operator?: string;
  readonly reason?: string;
  readonly rollback?: string;
  readonly question?: number;
  /** Names with commas between. */
  readonly hosts?: string;
  readonly json?: boolean;
};

export async function decide(
  word: string,
  { operator, reason, rollback, question, hosts, json = false, ...account }: Options,
) {
  const named = hosts === undefined ? {} : { hosts: namesIn(hosts) };
  const input = answerInput(word, { operator, reason, rollback, question, ...named });
  if (!isLikeAnAnswer(input['answer'])) await refuseUnknown(account, String(input['answer']));
  refuseEarly(input);
  const to = input['rollback'] === undefined ? '' : ` to rollback ${String(input['rollback'])}`;
  const what = `answer ${String(input['answer'])} as ${String(input['operator'])}${to}`;
  return actingOn(account, what, async (connection) => {
    const given = await withProgress('Answering', () => giveAnswer(connection, input));
    if ('waiting' in given) {
      console.error(`Stopped waiting; the answer is still being processed: ${given.waiting}`);
      return 130;
    }
    if ('refused' in given) {
      printFailure(given.refused);
      return 1;
    }
    if (json) console.log(JSON.stringify(given.accepted, null, 2));
    else print(acceptedText(given.accepted, connection.name));
    return 0;
  });
}

/** The outcome of an answer. `waiting`: Ctrl-C stopped the waiting for that execution. */
type Given = { readonly accepted: AcceptedAnswer } | { readonly refused: string } | { readonly waiting: string };

/** Starts the decide machine with an answer, and waits until it has accepted or refused it. */
async function giveAnswer(connection: Connection, input: object): Promise<Given> {
  const executionArn = await startExecution(connection, 'decide', input);
  const ended = await follow(connection, executionArn, () => {});
  if (!ended) return { waiting: executionArn };
  if (ended.status === 'SUCCEEDED') return { accepted: JSON.parse(ended.output ?? '{}') as AcceptedAnswer };
  return { refused: ended.cause ?? `The answer was not accepted: execution ${executionArn} ended ${ended.status}.` };
}

/** Output of the decide machine (lambdas/take-the-answer). `standing` is the state of the question, in a sentence. */
export type AcceptedAnswer = {
  readonly rollback: string;
  readonly phase: number;
  /** The phases of a rollback of several. Absent: `phase` alone. */
  readonly phases?: readonly number[];
  readonly answer: string;
  readonly standing: string;
};

const acceptedText = ({ rollback, answer, standing, ...of }: AcceptedAnswer, environment: string) =>
  [
    `Accepted: ${answer}, for rollback ${rollback} of ${phaseWords(of)}. ${standing}`,
    'See what the rollback does now:',
    `  ${showCommand(rollback, environment)}`,
  ].join('\n');

/**
 * Refuses a word that is no answer with the answers that the open questions take. Without an open question the caller's own
 * check refuses it, and so it does if the account cannot be read.
 */
async function refuseUnknown(account: ActingOptions, word: string): Promise<void> {
  const connection = await connect(account);
  const read = async () => {
    const live = await liveRollbacks(connection, phaseNumbers());
    return Promise.all(live.map((record) => questionOf(connection, record)));
  };
  const questions = await withAccount(connection, read).catch(() => []);
  const open = questions.flatMap((one) => one ?? []);
  if (open.length > 0) throw new UsageError(notAnAnswerTo(open, word, connection.name));
}

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: Record<string, unknown>): void {
  const parsed = parseAnswer(input);
  if ('refused' in parsed)
    throw new UsageError(inOptions(parsed.refused, ['operator', 'reason', 'hosts', 'rollback', 'question']));
}
