import type { RemoteAccount } from './account.ts';
import { newestRollback, type PersonsRequest } from './request.ts';
import type { StoryAction } from './story.ts';
import { machineOf } from './story-values.ts';

/**
 * Returns what a person asks a state machine for with this action: an answer, an acknowledgement, an annotation, a review or a
 * task; else undefined.
 */
export async function requestOf(
  account: RemoteAccount,
  { at, answer, ack, annotate, review, task }: StoryAction,
  arnOf: (machine: string) => string,
): Promise<PersonsRequest | undefined> {
  const given = answer ?? ack ?? annotate ?? review ?? task;
  if (!given) return undefined;
  const { phase, as, refused, ...fields } = given;
  const rollback = phase === undefined ? given.rollback : await newestRollback(account, arnOf(machineOf(phase)));
  const who = `of ${given.operator} at ${at} s`;
  const common = { input: { ...fields, rollback }, as, refused };
  if (answer) {
    const input = { ...common.input, question: await numberFor(account, answer.question, rollback) };
    return { machine: 'decide', what: `the answer ${answer.answer} ${who}`, ...common, input };
  }
  if (ack) {
    const input = { ...common.input, acknowledge: true };
    return { machine: 'annotate', what: `the acknowledgement ${who}`, ...common, input };
  }
  if (task) return { machine: 'change-task', what: `${task.action} of a task ${who}`, ...common };
  return annotate
    ? { machine: 'annotate', what: `the annotation ${who}`, ...common }
    : { machine: 'review', what: `the review ${who}`, ...common };
}

/** Returns the number that an answer names: the story's, else that of the newest question if it is a hand-over, as its message has it. */
async function numberFor(
  account: RemoteAccount,
  given: number | 'none' | undefined,
  rollback: string | undefined,
): Promise<number | undefined> {
  if (given !== undefined) return given === 'none' ? undefined : given;
  const newest = await account.newestQuestion(rollback);
  return newest?.['kind'] === 'hand-over' ? (newest['number'] as number) : undefined;
}
