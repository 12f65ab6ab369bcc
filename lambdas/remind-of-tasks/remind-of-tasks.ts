import { followUpOf } from '../../domain/follow-up/follow-up.ts';
import { taskNotice } from '../../domain/follow-up/task-notice.ts';
import { type DueTask, type FollowUpTask, isOpen } from '../../domain/follow-up/tasks.ts';
import { message } from '../../domain/message/message.ts';
import { type ToldTask, taskValues } from '../../domain/message/task-values.ts';
import type { Publish } from '../clients/publish.ts';
import type { PutNotices } from '../clients/put-notices.ts';
import type { DueTasks } from '../stores/due-tasks.ts';
import type { History } from '../stores/history.ts';

export type RemindDeps = {
  readonly history: Pick<History, 'events'>;
  readonly dueTasks: DueTasks;
  readonly publish: Publish;
  readonly putNotices: PutNotices;
  readonly templates: Readonly<Record<'task-overdue' | 'task-unowned', string>>;
  readonly runbook: string;
  readonly environment: string;
  /** Counts a run that found an overdue task, for the alarm. */
  readonly countOverdue: () => Promise<void>;
  readonly now: () => number;
};
export type Reminded = { readonly open: number; readonly overdue: number };

type Found = { readonly stored: DueTask; readonly task: FollowUpTask };

/**
 * Tells people of tasks that are overdue, and of those that nobody has at half of their time; each once. Counts each run while a task is
 * overdue. Forgets tasks that the history has as done: it alone decides. Runs every hour, and may run at any time.
 */
export async function remindOfTasks(deps: RemindDeps): Promise<Reminded> {
  const { dueTasks, now } = deps;
  const open = await openTasks(deps, await dueTasks.all());
  const overdue = open.filter(({ stored }) => Date.parse(stored.due) <= now());
  const unowned = open.filter(
    ({ stored, task }) =>
      task.owner === null && isHalfOver(stored, now()) && !overdue.some((one) => one.stored === stored),
  );
  await tell(deps, 'task-overdue', 100, overdue);
  await tell(deps, 'task-unowned', 50, unowned);
  if (overdue.length > 0) await deps.countOverdue();
  return { open: open.length, overdue: overdue.length };
}

const isHalfOver = ({ since, due }: DueTask, now: number) =>
  now - Date.parse(since) >= (Date.parse(due) - Date.parse(since)) / 2;

/** Returns the tasks that are open by the history, and removes the others. A task that was given another due time is stored under that one too. */
async function openTasks({ history, dueTasks }: RemindDeps, all: readonly DueTask[]): Promise<Found[]> {
  const found: Found[] = [];
  const rollbacks = Map.groupBy(all, ({ rollback }) => rollback);
  for (const [rollback, stored] of rollbacks) {
    const tasks = followUpOf(await history.events(rollback))?.tasks;
    if (!tasks) continue; // its events wait for the history table
    for (const one of stored) {
      const task = tasks.find(({ number }) => number === one.number);
      if (task && isOpen(task) && task.due === one.due) found.push({ stored: one, task });
      else await dueTasks.close(one);
    }
  }
  return found;
}

/** One message per rollback. Before it is stored: a run that dies in between tells it again, which is better than never. */
async function tell(
  deps: RemindDeps,
  name: keyof RemindDeps['templates'],
  percent: 50 | 100,
  found: readonly Found[],
): Promise<void> {
  const untold = found.filter(({ stored }) => stored.told < percent);
  for (const [rollback, all] of Map.groupBy(untold, ({ stored }) => stored.rollback)) {
    const told: ToldTask[] = all.map(({ stored, task }) => ({ ...task, rollback, phase: stored.phase }));
    const { subject, body, audience } = message(deps.templates[name], taskValues(told, deps.environment));
    const attributes = { message: name, rollback, phase: String(all[0]?.stored.phase), audience };
    await deps.publish(subject, body.replaceAll('docs/runbook.md', deps.runbook), attributes);
    if (percent === 100)
      await deps.putNotices(
        all.map(({ task, stored: { phase } }) =>
          taskNotice('overdue', task, { environment: deps.environment, rollback, phase }),
        ),
      );
    for (const { stored } of all) await deps.dueTasks.told(stored, percent);
  }
}
