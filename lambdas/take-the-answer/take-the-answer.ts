import { type Asked, questionMeant, standingOf } from '../../domain/acceptance.ts';
import { parseAnswer, type Refused } from '../../domain/answer.ts';
import { AnswerRefused } from '../../domain/errors.ts';
import { recordOf } from '../../domain/record.ts';
import { resolve } from '../../domain/resolution.ts';
import { type AnsweringNeeds, giveAnswer } from '../give-answer.ts';

export type AnswerRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
export type TakenAnswer = {
  readonly rollback: string;
  readonly phase: number;
  readonly number: number;
  readonly answer: string;
  /** How the question stands now, in a sentence. */
  readonly standing: string;
};

/**
 * Takes a person's answer to an open question. The same execution asking again is answered as it was the first time.
 *
 * Throws AnswerRefused: what is wrong with it, or who decided what and when; nothing was changed then.
 */
export async function takeTheAnswer(needs: AnsweringNeeds, { execution }: AnswerRequest): Promise<TakenAnswer> {
  const input = taken(parseAnswer(execution.input));
  const meant = taken(questionMeant(input, await waitingFor(needs, input.rollback), needs.now()));
  const { asked, answer } = taken(await giveAnswer(needs, meant, input, execution.id));
  const { rollback, phase, number } = asked.question;
  return { rollback, phase, number, answer: answer.answer, standing: standingOf(asked, needs.now()) };
}

/** Without the questions of rollbacks that ended meanwhile, stopped for one: nothing waits for their answer. */
async function waitingFor(
  { questions, history, now }: AnsweringNeeds,
  named: string | null,
): Promise<readonly Asked[]> {
  const all = await questions.lately();
  const waits = await Promise.all(
    all.map(async ({ question, decisions }) => {
      if (resolve(decisions, question, now()).state === 'decided') return true;
      const { ending, completion_time } = recordOf(await history.events(question.rollback));
      if (ending !== null && named === question.rollback)
        throw new AnswerRefused(
          `Rollback ${named} ended "${ending}" at ${completion_time}; nothing waits for an answer. To roll back all the same, start phase ${question.phase}'s machine with {}. Nothing was changed.`,
        );
      return ending === null;
    }),
  );
  return all.filter((_, i) => waits[i]);
}

function taken<Answer extends object>(answer: Answer | Refused): Answer {
  if ('refused' in answer) throw new AnswerRefused(answer.refused);
  return answer;
}
