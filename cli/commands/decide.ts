import { parseAnswer } from '../../domain/question/answer.ts';
import { type Answer, answers, answersTo, type Kind } from '../../domain/question/question.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { UsageError } from '../account/usage-error.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { Command } from './command.ts';
import { options } from './options.ts';

export const decide: Command = {
  summary: 'Answer the question that a rollback asks',
  get help() {
    return `rollback decide ANSWER --operator NAME [--reason TEXT] [--rollback ID] [--json]

  ANSWER               one of these; the question's message and \`rollback show\` list the answers that it takes
${(Object.keys(answers) as Answer[]).map((answer) => `    ${answer.padEnd(18)} ${answers[answer]} (${kindsThatTake(answer)})`).join('\n')}

  --operator NAME      your name
  --reason TEXT        why you decide so
  --rollback ID        the rollback that asks; needed only if several questions are open
  --json               the accepted answer and the state of the question, as JSON on standard output
${environmentHelp()}

Starts the decide state machine, as the console can with {"answer": …, "operator": …}.
Exit code 0: accepted; prints the state of the question. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the answer is still being processed.`;
  },
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: {
        operator: { type: 'string' },
        reason: { type: 'string' },
        rollback: { type: 'string' },
        json: { type: 'boolean', default: false },
        ...environmentOption,
      },
    });
    const { environment, json, ...given } = values;
    const input = { answer: onlyAnswer(positionals), ...given };
    refuseEarly(input);
    const connection = connect(environment);
    try {
      const executionArn = await startExecution(connection, 'decide', input);
      const ended = await follow(connection, executionArn, () => {});
      if (!ended) {
        console.error(`Stopped waiting; the answer is still being processed: ${executionArn}`);
        return 130;
      }
      if (ended.status !== 'SUCCEEDED') {
        console.error(ended.cause ?? `The answer was not accepted: execution ${executionArn} ended ${ended.status}.`);
        return 1;
      }
      console.log(json ? ended.output : acceptedText(JSON.parse(ended.output ?? '{}') as AcceptedAnswer, environment));
      return 0;
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};

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

function onlyAnswer(words: readonly string[]): string {
  const [answer, ...more] = words;
  if (answer !== undefined && more.length === 0) return answer;
  const found = words.length === 0 ? 'none' : words.join(' ');
  throw new UsageError(`decide takes one answer: ${Object.keys(answers).join(', ')}; found ${found}.`);
}

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: Record<string, unknown>): void {
  const parsed = parseAnswer(input);
  if ('refused' in parsed) throw new UsageError(`${parsed.refused} Options: --operator, --reason, --rollback.`);
}

/** Returns the kinds of question that take an answer, such as `permit, confirm`. */
const kindsThatTake = (answer: Answer): string =>
  (Object.keys(answersTo) as Kind[]).filter((kind) => answersTo[kind].includes(answer)).join(', ');
