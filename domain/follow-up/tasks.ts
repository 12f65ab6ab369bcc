import type { Happened, RollbackEvent } from '../history/event.ts';
import { hoursAfter } from './schedule.ts';

/** The parts of the procedure that a task belongs to. */
export const taskKinds = ['root cause', 'interim report', 'post-mortem', 'corrective action'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** Work that people do after a rollback, as its history has it. */
export type FollowUpTask = {
  /** From 1, in the order of opening. */
  readonly number: number;
  readonly kind: TaskKind;
  readonly title: string;
  /** The name of the person who is to do it; null: nobody yet. */
  readonly owner: string | null;
  /** ISO 8601. */
  readonly due: string;
  /** ISO 8601; null: it is open. */
  readonly done_at: string | null;
  /** The name of the person who completed it. */
  readonly done_by: string | null;
  readonly note: string | null;
  /** ISO 8601. */
  readonly opened_at: string;
};

/** The tasks of every follow-up, with the hours after the end of the rollback within which each is due. */
const usual: readonly { readonly kind: TaskKind; readonly title: string; readonly hours: number }[] = [
  { kind: 'root cause', title: 'Identify the failure trigger', hours: 24 },
  { kind: 'root cause', title: 'Analyze logs and metrics of the window', hours: 24 },
  { kind: 'root cause', title: 'Review the deployment process', hours: 24 },
  { kind: 'root cause', title: 'Interview team members', hours: 24 },
  { kind: 'interim report', title: 'Complete and accept the interim report', hours: 24 },
  { kind: 'post-mortem', title: 'Complete and accept the post-mortem', hours: 168 },
  { kind: 'corrective action', title: 'List corrective actions, each with an owner and a due time', hours: 168 },
  // The procedure's own "Next Review: After first production rollback or in 3 months"; the three months are a rule of cdk/follow-up.ts.
  { kind: 'corrective action', title: 'Review the rollback procedure itself', hours: 168 },
];

/** Returns the events that open the usual tasks of a rollback. `closed`: ISO 8601, its end. */
export const usualTasks = (closed: string, at: string): Happened[] =>
  usual.map(({ kind, title, hours }, i) =>
    openedEvent({ number: i + 1, kind, title, owner: null, due: hoursAfter(closed, hours) }, { id: String(i + 1), at }),
  );

type Opened = Pick<FollowUpTask, 'number' | 'kind' | 'title' | 'owner' | 'due'>;

/** Returns the event that opens a task. `id`: the same for a repeat. `by`: the execution by which a person added it; absent: the product did. */
export const openedEvent = (
  task: Opened,
  { id, at, ...who }: { readonly id: string; readonly at: string; readonly by?: string; readonly operator?: string },
): Happened => ({ id: `task-opened/${id}`, type: 'Task opened', at, detail: { ...task, ...who } });

/** Returns the tasks of a rollback by its events, in the order of their numbers. */
export function tasksOf(events: readonly RollbackEvent[]): FollowUpTask[] {
  const tasks = new Map<number, FollowUpTask>();
  for (const { type, detail, at } of events) {
    const { number } = detail as { number: number };
    if (type === 'Task opened' && !tasks.has(number)) tasks.set(number, opened(detail as unknown as Opened, at));
    const before = tasks.get(number);
    if (type === 'Task assigned' && before) tasks.set(number, { ...before, ...(detail as unknown as Assigned) });
    if (type === 'Task completed' && before && before.done_at === null) {
      const { operator, note } = detail as { operator: string; note: string | null };
      tasks.set(number, { ...before, done_at: at, done_by: operator, note });
    }
  }
  return [...tasks.values()].map(({ number, kind, title, owner, due, done_at, done_by, note, opened_at }) => ({
    ...{ number, kind, title, owner, due, done_at, done_by, note, opened_at },
  }));
}

type Assigned = Partial<Pick<FollowUpTask, 'owner' | 'due'>>;

const opened = ({ number, kind, title, owner, due }: Opened, at: string): FollowUpTask => ({
  ...{ number, kind, title, owner, due },
  ...{ done_at: null, done_by: null, note: null, opened_at: at },
});

export const isOpen = ({ done_at }: Pick<FollowUpTask, 'done_at'>): boolean => done_at === null;

/** An open task, as the state table has it for the reminders. The history alone decides whether it is open. */
export type DueTask = Pick<FollowUpTask, 'number' | 'due'> & {
  readonly rollback: string;
  readonly phase: number;
  /** ISO 8601: when it was opened. */
  readonly since: string;
  /** The newest call to people, in percent of the time; 0: none yet. */
  readonly told: number;
};

export const dueTask = (
  { number, due, opened_at }: FollowUpTask,
  { rollback_id, phase }: { readonly rollback_id: string; readonly phase: number },
): DueTask => ({ number, due, rollback: rollback_id, phase, since: opened_at, told: 0 });
