import type { DueTask, FollowUpTask } from '../follow-up/tasks.ts';
import { environmentOption } from './execution-place.ts';

/** The placeholders of the messages about tasks, beside those of every message. */
export const taskWords = ['tasks', 'numbers', 'commands'] as const;

/** A task of which people are told. `title` and `owner` are people's words. */
export type ToldTask = Pick<FollowUpTask, 'number' | 'title' | 'owner' | 'due'> & Pick<DueTask, 'rollback' | 'phase'>;

/** Returns the values of the messages `task-overdue` and `task-unowned` about tasks of one rollback. */
export function taskValues(tasks: readonly ToldTask[], environment: string): Readonly<Record<string, string | number>> {
  const [{ rollback, phase } = { rollback: 'unknown', phase: 0 }] = tasks;
  const words = environmentOption(environment);
  return {
    rollback_id: rollback,
    phase,
    numbers: tasks.map(({ number }) => number).join(', '),
    tasks: tasks
      .map(
        ({ number, title, owner, due }) =>
          `${number}. ${title}; due ${due}; ${owner === null ? 'nobody has it' : `${owner} has it`}`,
      )
      .join('\n'),
    commands: `npm run rollback -- follow-up ${rollback}${words}`,
  };
}
