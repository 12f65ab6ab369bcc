import { expression, invokeState, type Task } from '../asl.ts';
import { rollbackOver } from './failed-task.ts';

/** Sends one message. The rollback continues even if the message cannot be sent, but not if it has ended otherwise. */
export const sendMessageState = (
  { phase }: { readonly phase: number | string },
  { file, template, comment, next }: { file: string; template: string; comment: string; next: string },
): Task => {
  return invokeState({
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
