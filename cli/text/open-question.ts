import type { RollbackRecord } from '../../domain/history/record.ts';
import { commandFor } from '../../domain/question/answer.ts';
import { questionStatus } from '../../domain/question/answer-rules.ts';
import { failedHostLines } from '../../domain/question/hand-over.ts';
import { answers, answersOf, type Question } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import { accountNow } from '../account/account-controls.ts';
import type { Connection } from '../account/clients.ts';
import { readEvents } from '../account/read-history.ts';
import { questionIn, readOpenQuestion } from '../account/read-question.ts';
import { brakesAhead } from './brakes-ahead.ts';

/**
 * Returns how to answer a rollback's open question, the deadline, and what happens without an answer; [] if none is open.
 *
 * Reads the stored decisions too, as far as they count: a question decided a moment ago is still open in the history, and the person who has just
 * answered must not read that the rollback waits for an answer.
 */
export async function openQuestion(connection: Connection, record: RollbackRecord): Promise<string[]> {
  if (!record.questions.some(({ outcome }) => outcome === null)) return [];
  const events = await readEvents(connection, record.rollback_id);
  const open = await readOpenQuestion(connection, record, events);
  if (!open) return [];
  const now = await accountNow(connection);
  return resolve(open.decisions, open.question, now).state === 'decided'
    ? [questionStatus(open, now), 'The execution continues within seconds.']
    : howToAnswer(open.question, connection.name, await brakesAhead(connection, record, open.question, events[0]?.at));
}

/** Returns the question that a rollback has open; undefined if it has none. */
export async function questionOf(connection: Connection, record: RollbackRecord): Promise<Question | undefined> {
  const open = record.questions.find(({ outcome }) => outcome === null);
  return open && questionIn(await readEvents(connection, record.rollback_id), open.number);
}

/** `brakes`: which ones stop the rollback whatever is answered. */
function howToAnswer(question: Question, environment: string, brakes: readonly string[]): string[] {
  const { kind, deadline, at_deadline, approvers, stopped, why } = question;
  const heading = kind === 'hand-over' ? 'hand-over' : 'question-open';
  const twoPeople =
    kind === 'hand-over'
      ? `skip and without-hosts need ${approvers} different, verified people.`
      : `It begins once ${approvers} different, verified people have answered rollback.`;
  return [
    ...(stopped
      ? [
          `The rollback stopped at "${stopped.state}": ${why.join(' ')}`,
          'What the hosts say:',
          ...failedHostLines(stopped),
        ]
      : []),
    `The rollback waits for an answer until ${deadline} (docs/runbook.md#${heading}).`,
    `If nobody decides by then: ${at_deadline}`,
    ...(approvers > 1 ? [twoPeople] : []),
    ...brakes,
    ...answersOf(question).flatMap((answer) => [
      `${answer}: ${answers[answer]}`,
      `  ${commandFor(answer, question, environment)}`,
    ]),
  ];
}
