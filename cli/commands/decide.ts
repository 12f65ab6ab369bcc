import { parseAnswer } from '../../domain/question/answer.ts';
import { type Answer, answers, answersTo, type Kind } from '../../domain/question/question.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { type Command, UsageError } from './command.ts';
import { options } from './options.ts';

export const decide: Command = {
  summary: 'Answer the question that a rollback asks',
  get help() {
    return `rollback decide ANSWER --operator NAME [--reason TEXT] [--rollback ID] [--json]

  ANSWER               one of these; the question's message, and \`rollback show\`, say which of them it takes
${(Object.keys(answers) as Answer[]).map((answer) => `    ${answer.padEnd(18)} ${answers[answer]} (${kindsThatTake(answer)})`).join('\n')}

  --operator NAME      who answers; --reason TEXT why
  --rollback ID        whose question; not needed while one is open
  --json               what was taken, and how the question stands, as JSON on standard output
${environmentHelp()}

Starts the decide state machine, as the console can with {"answer": …, "operator": …}.
Exit code 0: taken; it says how the question stands now. 1: refused, with the reason. 2: asked wrongly. 130: Ctrl-C.`;
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
    const { environment, json, ...said } = values;
    const input = { answer: theAnswer(positionals), ...said };
    refuseEarly(input);
    const account = connect(environment);
    try {
      const executionArn = await startExecution(account, 'decide', input);
      const ended = await follow(account, executionArn, () => {});
      if (!ended) {
        console.error(`The answer goes on its way; nobody follows it: ${executionArn}`);
        return 130;
      }
      if (ended.status !== 'SUCCEEDED') {
        console.error(ended.cause ?? `The answer ended ${ended.status}: ${executionArn}`);
        return 1;
      }
      console.log(json ? ended.output : takenText(JSON.parse(ended.output ?? '{}') as Taken, environment));
      return 0;
    } catch (error) {
      throw accountError(error, account);
    }
  },
};

/** What the machine answers (lambdas/take-the-answer). */
type Taken = { readonly rollback: string; readonly phase: number; readonly answer: string; readonly standing: string };

const takenText = ({ rollback, phase, answer, standing }: Taken, environment: string) =>
  [
    `Taken: ${answer}, for rollback ${rollback} of phase ${phase}. ${standing}`,
    `Read it with \`npm run rollback -- show ${rollback}${environment === 'local' ? '' : ` --environment ${environment}`}\`.`,
  ].join('\n');

function theAnswer(words: readonly string[]): string {
  const [answer, ...more] = words;
  if (answer !== undefined && more.length === 0) return answer;
  const found = words.length === 0 ? 'none' : words.join(' ');
  throw new UsageError(`decide takes one answer: ${Object.keys(answers).join(', ')}; found ${found}.`);
}

/** The machine would refuse it too; here it costs no execution. */
function refuseEarly(input: Record<string, unknown>): void {
  const parsed = parseAnswer(input);
  if ('refused' in parsed) throw new UsageError(`${parsed.refused} Options: --operator, --reason, --rollback.`);
}

/** permit, confirm */
const kindsThatTake = (answer: Answer): string =>
  (Object.keys(answersTo) as Kind[]).filter((kind) => answersTo[kind].includes(answer)).join(', ');
