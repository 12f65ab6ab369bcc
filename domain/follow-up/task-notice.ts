import type { FollowUpTask } from './tasks.ts';

/** The names under which a ticket system finds the product's events in EventBridge (docs/task-notices.md). */
export const noticeSource = 'rollback.follow-up';
export const noticeTypes = {
  opened: 'Rollback Task Opened',
  assigned: 'Rollback Task Assigned',
  completed: 'Rollback Task Completed',
  overdue: 'Rollback Task Overdue',
} as const;

/** An event of EventBridge about a task. A repeat has the same `id` and `state`, so a ticket system takes it once. */
export type TaskNotice = {
  readonly type: (typeof noticeTypes)[keyof typeof noticeTypes];
  readonly detail: {
    readonly schema: 1;
    /** The same for every event about one task. */
    readonly id: string;
    readonly environment: string;
    readonly rollback: string;
    readonly phase: number;
    readonly number: number;
    readonly kind: FollowUpTask['kind'];
    readonly title: string;
    readonly owner: string | null;
    readonly due: string;
    readonly state: 'open' | 'done';
    readonly note: string | null;
  };
};

type About = { readonly environment: string; readonly rollback: string; readonly phase: number };

export const taskNotice = (
  what: keyof typeof noticeTypes,
  { number, kind, title, owner, due, done_at, note }: FollowUpTask,
  { environment, rollback, phase }: About,
): TaskNotice => ({
  type: noticeTypes[what],
  detail: {
    ...{ schema: 1, id: `${environment}/${rollback}/${number}`, environment, rollback, phase },
    ...{ number, kind, title, owner, due, state: done_at === null ? 'open' : 'done', note },
  },
});
