import { AnswerRefused } from '../../domain/errors.ts';
import { recordOf } from '../../domain/history/record.ts';
import { parseAnswer, type Refused } from '../../domain/question/answer.ts';
import { type Asked, findQuestion, questionStatus } from '../../domain/question/answer-rules.ts';
import { type AnsweringDeps, giveAnswer } from '../operations/give-answer.ts';

export type TakingDeps = AnsweringDeps & {
  /** An execution's status, as Step Functions says it. */
  readonly statusOf: (executionArn: string) => Promise<string>;
};

export type AnswerRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
export type TakenAnswer = {
  readonly rollback: string;
  readonly phase: number;
  readonly number: number;
  readonly answer: string;
  /** How the question stands now, in a sentence. */
  readonly admission: string;
};

/**
 * Takes a person's answer to an open question. The same execution asking again is answered as it was the first time.
 *
 * Throws AnswerRefused: what is wrong with it, or who decided what and when; nothing was changed then.
 */
export async function takeTheAnswer(deps: TakingDeps, { execution }: AnswerRequest): Promise<TakenAnswer> {
  const input = taken(parseAnswer(execution.input));
  const meant = taken(findQuestion(input, await waitingFor(deps, input.rollback), deps.now()));
  const { asked, answer } = taken(await giveAnswer(deps, meant, input, execution.id));
  const { rollback, phase, number } = asked.question;
  return { rollback, phase, number, answer: answer.answer, admission: questionStatus(asked, deps.now()) };
}

/**
 * Without the questions of rollbacks that ended or were stopped meanwhile: nothing waits for their answer. One that is
 * named is refused in its own words.
 */
async function waitingFor(deps: TakingDeps, named: string | null): Promise<readonly Asked[]> {
  const all = await deps.questions.lately();
  const gone = await Promise.all(all.map((one) => whyGone(deps, one)));
  const [why] = all.flatMap(({ question }, i) => (question.rollback === named && gone[i] ? [gone[i]] : []));
  if (why) throw new AnswerRefused(why);
  return all.filter((_, i) => !gone[i]);
}

/** Why nothing waits for an answer to it; undefined where its machine does, or where it was settled and is acted on. */
async function whyGone(
  { history, statusOf }: TakingDeps,
  { question: { rollback, number, phase } }: Asked,
): Promise<string | undefined> {
  const { ending, completion_time, questions, execution_arn } = recordOf(await history.events(rollback));
  const { outcome } = questions.find((one) => one.number === number) ?? {};
  if (outcome !== null && outcome !== 'void') return undefined;
  const instead = `nothing waits for an answer. To roll back all the same, start phase ${phase}'s machine with {}. Nothing was changed.`;
  if (ending !== null) return `Rollback ${rollback} ended "${ending}" at ${completion_time}; ${instead}`;
  const status = await statusOf(execution_arn);
  return status === 'RUNNING' ? undefined : `The execution of rollback ${rollback} ended ${status}; ${instead}`;
}

function taken<Answer extends object>(answer: Answer | Refused): Answer {
  if ('refused' in answer) throw new AnswerRefused(answer.refused);
  return answer;
}
