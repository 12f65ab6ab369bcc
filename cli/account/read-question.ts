import type { RollbackEvent } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import type { Connection } from './clients.ts';
import { readDecisions } from './read-history.ts';
import { checkStored } from './see-execution.ts';

/** A question that the history has open, and the stored decisions on it that count. */
export type OpenOne = { readonly question: Question; readonly decisions: readonly Decision[] };

/**
 * Returns the question that a rollback has open by its history, with the decisions that are stored already: the history learns of
 * them a moment later. Undefined if none is open.
 */
export async function readOpenQuestion(
  connection: Connection,
  record: Pick<RollbackRecord, 'rollback_id' | 'questions'>,
  events: readonly RollbackEvent[],
): Promise<OpenOne | undefined> {
  const open = record.questions.find(({ outcome }) => outcome === null);
  const question = open && questionIn(events, open.number);
  if (!question) return undefined;
  const stored = await readDecisions(connection, record.rollback_id, question.number);
  const { decisions } = await checkStored(connection, { question, stored }, events);
  return { question, decisions };
}

/** Returns the question with this number, as it was asked. */
export const questionIn = (events: readonly RollbackEvent[], number: number): Question | undefined =>
  events.find(({ id }) => id === `question-asked/${number}`)?.detail as unknown as Question | undefined;
