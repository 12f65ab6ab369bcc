import { AnswerRefused } from '../../domain/errors.ts';
import { recordOf } from '../../domain/history/record.ts';
import { parseAnswer, type Refused } from '../../domain/question/answer.ts';
import { type Asked, findQuestion, questionStatus } from '../../domain/question/answer-rules.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { type GiveAnswerDeps, giveAnswer } from '../operations/give-answer.ts';

export type TakeTheAnswerDeps = GiveAnswerDeps & {
  readonly statusOf: ExecutionStatus;
};

export type AnswerRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
export type AnswerResult = {
  readonly rollback: string;
  readonly phase: number;
  readonly number: number;
  readonly answer: string;
  /** Sentence on the question's state now. */
  readonly standing: string;
};

/**
 * Stores a person's answer to an open question. A repeat by the same execution returns the first result.
 *
 * Throws AnswerRefused with what is wrong with the answer, or with who decided what and when; nothing is changed then.
 */
export async function takeTheAnswer(deps: TakeTheAnswerDeps, { execution }: AnswerRequest): Promise<AnswerResult> {
  const input = unlessRefused(parseAnswer(execution.input));
  const meant = unlessRefused(findQuestion(input, await waitingFor(deps, input.rollback), deps.now()));
  const { asked, answer } = unlessRefused(await giveAnswer(deps, meant, input, execution.id));
  const { rollback, phase, number } = asked.question;
  return { rollback, phase, number, answer: answer.answer, standing: questionStatus(asked, deps.now()) };
}

/**
 * Returns the questions whose machine waits for an answer, without those of rollbacks that ended or were stopped
 * meanwhile.
 *
 * Throws AnswerRefused with the reason if the answer names such a rollback.
 */
async function waitingFor(deps: TakeTheAnswerDeps, named: string | null): Promise<readonly Asked[]> {
  const all = await deps.questions.newest();
  const gone = await Promise.all(all.map((one) => whyGone(deps, one)));
  const [why] = all.flatMap(({ question }, i) => (question.rollback === named && gone[i] ? [gone[i]] : []));
  if (why) throw new AnswerRefused(why);
  return all.filter((_, i) => !gone[i]);
}

/**
 * Returns why nothing waits for an answer; undefined if the machine waits, or if the question is settled and acted on.
 */
async function whyGone(
  { history, statusOf }: TakeTheAnswerDeps,
  { question: { rollback, number, phase } }: Asked,
): Promise<string | undefined> {
  const { ending, completion_time, questions, execution_arn } = recordOf(await history.events(rollback));
  const { outcome } = questions.find((one) => one.number === number) ?? {};
  if (outcome !== null && outcome !== 'void') return undefined;
  const instead = `nothing waits for an answer. To roll back anyway, start phase ${phase}'s machine with {}. Nothing was changed.`;
  if (ending !== null) return `Rollback ${rollback} ended "${ending}" at ${completion_time}; ${instead}`;
  const status = await statusOf(execution_arn);
  return status === 'RUNNING' ? undefined : `The execution of rollback ${rollback} ended ${status}; ${instead}`;
}

/** Returns a result; throws AnswerRefused if it is a refusal. */
function unlessRefused<Result extends object>(result: Result | Refused): Result {
  if ('refused' in result) throw new AnswerRefused(result.refused);
  return result;
}
