import { begins } from '../../domain/question/question.ts';
import type { Rollback } from '../evidence.ts';
import { milliseconds } from './invariant.ts';

/** Returns the instants at which a rollback of an alarm was decided to act, without the answer of a person. */
export const beganByItself = (rollback: Rollback): number[] =>
  rollback.record && rollback.record.alarm !== null ? actedWithoutAnswer(rollback) : [];

/** Returns the instants at which a rollback was decided to act, without the answer of a person. */
export function actedWithoutAnswer({ record, events }: Rollback): number[] {
  if (!record) return [];
  return events.flatMap(({ id, type, at, detail }) => {
    if (type !== 'Decided' || detail['decision'] !== 'act') return [];
    const asked = Number(id.slice('decided/'.length)) - 1; // a question's decision has the next number
    const question = record.questions.find(({ number }) => number === asked);
    return begins(question?.outcome ?? '') ? [] : [milliseconds(at)];
  });
}
