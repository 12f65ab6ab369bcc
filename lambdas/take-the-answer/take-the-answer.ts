import { AnswerRefused } from '../../domain/errors.ts';
import { startAgainCommands } from '../../domain/history/phases-left.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { type AnswerInput, parseAnswer, type Refused } from '../../domain/question/answer.ts';
import { findQuestion, questionStatus } from '../../domain/question/answer-rules.ts';
import { hostsLeftOut } from '../../domain/question/hand-over.ts';
import { isOfDrill } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { type CheckedQuestion, checkQuestion, settledQuestion } from '../operations/checked-question.ts';
import { type GiveAnswerDeps, giveAnswer, isAnswerOf } from '../operations/give-answer.ts';
import type { StoredQuestion } from '../stores/questions.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

export type TakeTheAnswerDeps = GiveAnswerDeps & {
  readonly statusOf: ExecutionStatus;
  readonly scopes: Pick<RollbackScopes, 'read'>;
};

export type AnswerRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
export type AnswerResult = {
  readonly rollback: string;
  readonly phase: number;
  /** The phases of a rollback of several. Absent: `phase` alone. */
  readonly phases?: readonly number[];
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
  const waiting = await waitingFor(deps, input.rollback, isAnswerOf(execution.id, input));
  const meant = unlessRefused(findQuestion(input, waiting, deps.now()));
  await checkHosts(deps, meant, input);
  const { asked, answer } = unlessRefused(await giveAnswer(deps, meant, input, execution.id));
  const { rollback, phase, phases, number } = asked.question;
  return {
    rollback,
    phase,
    ...(phases ? { phases } : {}),
    number,
    answer: answer.answer,
    standing: `${isOfDrill(asked.question) ? 'It is a DRILL: nothing is rolled back. ' : ''}${questionStatus(asked, deps.now())}`,
  };
}

/** Throws AnswerRefused if the answer leaves out hosts on which the rollback does not act, or all of them. */
async function checkHosts(
  { scopes }: TakeTheAnswerDeps,
  { question, own }: CheckedQuestion,
  { hosts }: AnswerInput,
): Promise<void> {
  if (!hosts || own) return;
  const left = hostsLeftOut(hosts, (await scopes.read(question.rollback))?.hosts ?? []);
  if (typeof left === 'string') throw new AnswerRefused(`${left}. Nothing was changed.`);
}

/**
 * Returns the questions whose machine waits for an answer, and those that were settled, without those of rollbacks that
 * ended or were stopped meanwhile. `own` recognizes what this execution has answered already.
 *
 * Throws AnswerRefused with the reason if the answer names such a rollback.
 */
async function waitingFor(
  deps: TakeTheAnswerDeps,
  named: string | null,
  own: (decision: Decision) => boolean,
): Promise<readonly CheckedQuestion[]> {
  const all = await Promise.all(
    (await deps.questions.newest()).map(async (one) => ({ one, standing: await standingOf(deps, one) })),
  );
  for (const { one, standing } of all)
    if (one.question.rollback === named && standing.gone) throw new AnswerRefused(standing.gone);
  // An answer that names no rollback is never kept from a real question by that of a drill.
  const isReal = ({ standing }: (typeof all)[number]) => !standing.gone && !standing.settled && !standing.drill;
  const meant = named === null && all.some(isReal) ? all.filter(({ standing }) => !standing.drill) : all;
  const found = meant.map(async ({ one, standing }) => {
    if (standing.gone) return [];
    return [standing.settled ? settledQuestion(deps, one, own) : await checkQuestion(deps, one, { own })];
  });
  return (await Promise.all(found)).flat();
}

/** Returns whether a question is settled and acted on, or why nothing waits for an answer. */
async function standingOf(
  { history, statusOf }: TakeTheAnswerDeps,
  { question: { rollback, number } }: StoredQuestion,
): Promise<{ readonly settled?: true; readonly gone?: string; readonly drill?: boolean }> {
  const record = recordOf(await history.events(rollback));
  const { ending, completion_time, questions, execution_arn, start_time, mode } = record;
  const drill = mode === 'simulate';
  const { outcome } = questions.find((one) => one.number === number) ?? {};
  if (outcome !== null && outcome !== 'void') return { settled: true, drill };
  const instead = `nothing waits for an answer. To roll back anyway, ${startWords(record)}. Nothing was changed.`;
  if (ending !== null) return { gone: `Rollback ${rollback} ended "${ending}" at ${completion_time}; ${instead}` };
  const status = await statusOf(execution_arn, start_time);
  return status === 'RUNNING'
    ? { drill }
    : { gone: `The execution of rollback ${rollback} ended ${status}; ${instead}` };
}

/** Returns, in words, how to roll back what a rollback was to undo; of several phases, what it has left. */
function startWords(record: RollbackRecord): string {
  const starts = startAgainCommands(record, environmentWords(record.execution_arn));
  return starts.length > 0
    ? `once the fleet is free: ${starts.join(' , and right after it: ')}`
    : `start phase ${record.phase}'s machine with {}`;
}

/** Returns a result; throws AnswerRefused if it is a refusal. */
function unlessRefused<Result extends object>(result: Result | Refused): Result {
  if ('refused' in result) throw new AnswerRefused(result.refused);
  return result;
}
