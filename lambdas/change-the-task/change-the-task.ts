import { TaskRefused } from '../../domain/errors.ts';
import { type FollowUp, followUpOf } from '../../domain/follow-up/follow-up.ts';
import { type noticeTypes, taskNotice } from '../../domain/follow-up/task-notice.ts';
import {
  parseTaskRequest,
  requestedEvents,
  type TaskRequest,
  taskRefusal,
} from '../../domain/follow-up/task-request.ts';
import { dueTask, type FollowUpTask, isOpen } from '../../domain/follow-up/tasks.ts';
import type { Chain } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { PutNotices } from '../clients/put-notices.ts';
import type { DueTasks } from '../stores/due-tasks.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';

export type ChangeTaskDeps = {
  readonly history: History;
  readonly dueTasks: Pick<DueTasks, 'open' | 'close'>;
  readonly putNotices: PutNotices;
  readonly environment: string;
  readonly now: () => number;
};
export type ChangeTaskRequest = { readonly execution: { readonly id: string; readonly input: unknown } };
export type ChangedTask = Pick<FollowUp, 'tasks'> & { readonly rollback: string; readonly chain: Chain };

/**
 * Completes, assigns or adds a task of a follow-up, or accepts a report, in the history of the rollback, and seals it again. A repeat by the
 * same execution changes nothing more.
 *
 * Throws TaskRefused with what is wrong; nothing is changed then.
 */
export async function changeTheTask(deps: ChangeTaskDeps, { execution }: ChangeTaskRequest): Promise<ChangedTask> {
  const request = parseTaskRequest(execution.input);
  const { history, now } = deps;
  const { rollback } = request;
  const before = await history.events(rollback);
  const at = new Date(now()).toISOString();
  const known = followUpOf(before);
  const gave = before.some(({ detail }) => detail['by'] === execution.id);
  const why = gave ? undefined : taskRefusal(request, known, at);
  if (why !== undefined || !known) throw new TaskRefused(why);
  const happened = gave ? [] : requestedEvents(request, known, execution.id, at);
  const chain = await appendSealed(history, rollback, at, ...happened);
  const events = await history.events(rollback);
  // Of two completions at once the history has taken one.
  if (!events.some(({ detail }) => detail['by'] === execution.id))
    throw new TaskRefused(taskRefusal(request, followUpOf(events), at));
  const { tasks = [] } = followUpOf(events) ?? {};
  await tellOthers(deps, request, { before: known.tasks, tasks, record: recordOf(events) });
  return { rollback, tasks, chain };
}

type Change = {
  readonly before: readonly FollowUpTask[];
  readonly tasks: readonly FollowUpTask[];
  readonly record: ReturnType<typeof recordOf>;
};

/** Keeps the due times, and tells a ticket system. If the state table refuses, the reminders and the next check repair it: the history counts. */
async function tellOthers(
  deps: ChangeTaskDeps,
  { action }: TaskRequest,
  { before, tasks, record }: Change,
): Promise<void> {
  const { rollback_id: rollback, phase } = record;
  const what: keyof typeof noticeTypes = action === 'assign' ? 'assigned' : action === 'add' ? 'opened' : 'completed';
  const changed = tasks.filter(
    (one) => JSON.stringify(one) !== JSON.stringify(before.find(({ number }) => number === one.number)),
  );
  for (const task of changed) {
    const old = before.find(({ number }) => number === task.number);
    if (old && (old.due !== task.due || !isOpen(task))) await deps.dueTasks.close({ ...old, rollback }).catch(() => {});
    if (isOpen(task)) await deps.dueTasks.open(dueTask(task, record)).catch(() => {});
  }
  await deps.putNotices(
    changed.map((task) => taskNotice(what, task, { environment: deps.environment, rollback, phase })),
  );
}
