import type { RollbackRecord } from '../../domain/history/record.ts';
import { commandFor } from '../../domain/question/answer.ts';
import { questionStatus } from '../../domain/question/answer-rules.ts';
import { answers, answersTo, type Question } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { Connection } from '../account/clients.ts';
import { readDecisions, readEvents } from '../account/read-history.ts';

/**
 * How to answer the question that a rollback waits for, until when, and what happens if nobody does; [] if it waits for none.
 * One that was decided a moment ago is still open in its history: who has just answered it must not hear that it waits.
 */
export async function openQuestion(account: Connection, record: RollbackRecord): Promise<string[]> {
  const open = record.questions.find(({ outcome }) => outcome === null);
  if (!open) return [];
  const events = await readEvents(account, record.rollback_id);
  const asked = events.find(({ id }) => id === `question-asked/${open.number}`);
  if (!asked) return [];
  const question = asked.detail as unknown as Question;
  const decisions = await readDecisions(account, record.rollback_id, open.number);
  return resolve(decisions, question, Date.now()).state === 'decided'
    ? [questionStatus({ question, decisions }, Date.now()), 'Its execution takes that up within seconds.']
    : howToAnswer(question, account.name);
}

function howToAnswer({ kind, rollback, deadline, at_deadline, approvers }: Question, environment: string): string[] {
  return [
    `It waits for an answer until ${deadline} (docs/runbook.md#question-open).`,
    `If it is not decided by then: ${at_deadline}`,
    ...(approvers > 1 ? [`It begins once ${approvers} different, verified people have answered rollback.`] : []),
    ...answersTo[kind].flatMap((answer) => [
      `${answer}: ${answers[answer]}`,
      `  ${commandFor(answer, rollback, environment)}`,
    ]),
  ];
}
