import { expression, invokeState, type Task } from '../asl.ts';
import { rollbackOver } from './failed-task.ts';

/** `beside`: the machine does not wait for the message. */
export type MessageState = {
  readonly file: string;
  readonly template: string;
  readonly comment: string;
  readonly next: string;
  readonly beside?: true;
  /** Facts that only the machine knows, beside the problem. Absent: none. */
  readonly values?: Readonly<Record<string, string>>;
};

/**
 * Sends one message. The rollback continues even if the message cannot be sent, but not if it has ended otherwise.
 *
 * A message beside the next state counts as unsent until the history has it: closing the rollback then looks.
 */
export const sendMessageState = (
  { phase }: { readonly phase: number | string },
  { file, template, comment, next, beside, values }: MessageState,
): Task => {
  return invokeState({
    ...(beside ? { beside, assign: { unsent: file } } : {}),
    comment,
    function: 'SendMessage',
    payload: {
      rollback: { id: expression('$rollback.id') },
      message: { name: file, template },
      values: {
        phase,
        problem: expression('$problem'),
        rollback_id: expression('$states.context.Execution.Name'),
        execution: expression('$states.context.Execution.Id'),
        ...values,
      },
    },
    timeoutSeconds: 60,
    catch: [rollbackOver, { ErrorEquals: ['States.ALL'], Assign: { unsent: file }, Next: next }],
    next,
  });
};

/** Returns a text of infra/notifications. Throws if it does not exist. */
export function textOf(templates: Readonly<Record<string, string>>, file: string): string {
  const text = templates[file];
  if (text === undefined) throw new Error(`infra/notifications/${file}.txt does not exist.`);
  return text;
}
