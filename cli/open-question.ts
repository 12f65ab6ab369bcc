import { commandFor } from '../domain/answer.ts';
import { answers, answersTo, type Question } from '../domain/question.ts';
import type { RollbackRecord } from '../domain/record.ts';
import type { Reached } from './clients.ts';
import { readEvents } from './read-history.ts';

/** How to answer the question that a rollback waits for, until when, and what happens if nobody does; [] if it waits for none. */
export async function openQuestion(account: Reached, record: RollbackRecord): Promise<string[]> {
  const open = record.questions.find(({ outcome }) => outcome === null);
  if (!open) return [];
  const events = await readEvents(account, record.rollback_id);
  const asked = events.find(({ id }) => id === `question-asked/${open.number}`);
  return asked ? howToAnswer(asked.detail as unknown as Question, account.name) : [];
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
