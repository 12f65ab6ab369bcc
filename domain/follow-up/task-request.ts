import { TaskRefused } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import type { Happened } from '../history/event.ts';
import { yourName } from '../placeholder.ts';
import { shown } from '../printable.ts';
import { isRealInstant } from '../real-instant.ts';
import type { FollowUp } from './follow-up.ts';
import { followUpHours, hoursAfter, type ReportKind, reportKinds, watchHours } from './schedule.ts';
import { type FollowUpTask, isOpen, openedEvent, type TaskKind } from './tasks.ts';

export const taskActions = ['complete', 'assign', 'add', 'accept'] as const;

/** A person's change of the tasks of a follow-up: the input of the change-task machine. */
export type TaskRequest = {
  readonly rollback: string;
  /** The name that the person gives: a claim. */
  readonly operator: string;
} & (
  | { readonly action: 'complete'; readonly task: number; readonly note: string }
  | { readonly action: 'assign'; readonly task: number; readonly owner: string; readonly due?: string }
  | { readonly action: 'add'; readonly title: string; readonly owner: string; readonly due: string }
  | { readonly action: 'accept'; readonly report: ReportKind }
);

const longest = { rollback: 80, operator: 100, owner: 100, title: 200, note: 500 } as const;
const keys = ['rollback', 'operator', 'action', 'task', 'owner', 'due', 'title', 'note', 'report'] as const;

/** The fields of each action, beside rollback, operator and action. */
const needed: Readonly<Record<TaskRequest['action'], readonly string[]>> = {
  complete: ['task', 'note'],
  assign: ['task', 'owner', 'due'],
  add: ['title', 'owner', 'due'],
  accept: ['report'],
};

/** Parses the change-task machine's input. Throws TaskRefused with the first mistake and an input that works. */
export function parseTaskRequest(input: unknown): TaskRequest {
  const { line, oneOf, optional, refuse } = fieldsOf(input, keys, malformed);
  const common = { rollback: line('rollback', longest.rollback), operator: line('operator', longest.operator) };
  const action = oneOf('action', taskActions);
  const strange = Object.entries(input as object).find(
    ([key, value]) => value != null && !['rollback', 'operator', 'action', ...needed[action]].includes(key),
  );
  if (strange) throw refuse(`${strange[0]} does not belong to ${action}, which takes ${needed[action].join(', ')}`);
  const text = (key: keyof typeof longest) => line(key, longest[key]);
  const due = (key: string) => instant(line(key, 40), refuse);
  const task = () => numberIn((input as Record<string, unknown>)['task'], refuse);
  if (action === 'complete') return { ...common, action, task: task(), note: text('note') };
  if (action === 'add') return { ...common, action, title: text('title'), owner: text('owner'), due: due('due') };
  if (action === 'accept') return { ...common, action, report: oneOf('report', reportKinds) };
  const given = optional('due', due);
  return { ...common, action, task: task(), owner: text('owner'), ...(given ? { due: given } : {}) };
}

function numberIn(found: unknown, refuse: (wrong: string) => Error): number {
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return found;
  throw refuse(found == null ? 'task is missing' : `task must be the number of a task, found ${shown(found)}`);
}

/** A date is the end of that day in UTC: a task that is due on Friday is not overdue on Friday morning. */
function instant(text: string, refuse: (wrong: string) => Error): string {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text;
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(at) && isRealInstant(at);
  if (isInstant) return new Date(at).toISOString();
  throw refuse(
    `due must be a date or an instant in UTC such as 2026-12-01 or 2026-12-01T12:00:00Z, found ${shown(text)}`,
  );
}

/** Returns why a request is refused; undefined if it counts. `now`: ISO 8601. */
export function taskRefusal(request: TaskRequest, followUp: FollowUp | undefined, now: string): string | undefined {
  const why = refusal(request, followUp, now);
  return why === undefined ? undefined : `${why} Nothing was changed.`;
}

function refusal(request: TaskRequest, followUp: FollowUp | undefined, now: string): string | undefined {
  const { rollback } = request;
  if (!followUp)
    return `Rollback ${rollback} has no follow-up: it does not exist, has not ended, touched no host, or its follow-up has not begun. rollback follow-up ${rollback} says which.`;
  if ('due' in request && request.due !== undefined && request.due <= now)
    return `The due time ${request.due} has passed; give a later one.`;
  if (request.action === 'add') return undefined;
  if (request.action === 'accept') return acceptRefusal(request.report, followUp);
  const task = followUp.tasks.find(({ number }) => number === request.task);
  if (!task) return `Rollback ${rollback} has no task ${request.task}; its tasks are 1 to ${followUp.tasks.length}.`;
  if (!isOpen(task)) return `Task ${task.number} was completed by ${task.done_by} at ${task.done_at}: ${task.note}`;
  return request.action === 'complete' ? unacceptedRefusal(task, followUp, { rollback, now }) : undefined;
}

/**
 * A task to accept a report is done by accepting it: nothing else would remind people that nobody has. A person completes it only if no draft
 * comes any more: a follow-up that stopped and is begun again after its seven days drafts nothing.
 */
function unacceptedRefusal(
  { number, kind }: FollowUpTask,
  { reports, watched_until }: FollowUp,
  { rollback, now }: { readonly rollback: string; readonly now: string },
): string | undefined {
  const report = reportKinds.find((one) => kindOfTask(one) === kind);
  if (report === undefined || reports[report].accepted !== null) return undefined;
  if (!reports[report].draft && now >= hoursAfter(watched_until, followUpHours - watchHours)) return undefined;
  const draft = reports[report].draft ? '' : ` The ${report} has no draft yet.`;
  return `Task ${number} is done by accepting the report: rollback follow-up ${rollback} --accept ${report} --operator "${yourName}".${draft}`;
}

const kindOfTask = (report: ReportKind): TaskKind => (report === 'interim' ? 'interim report' : report);

function acceptRefusal(report: ReportKind, { reports }: FollowUp): string | undefined {
  const { draft, accepted } = reports[report];
  if (!draft) return `The ${report} has no draft yet.`;
  return accepted ? `The ${report} was accepted by ${accepted.operator} at ${accepted.at}.` : undefined;
}

/** Returns the events of a request that counts. `by`: the execution that gives it; its repeat is the same event. */
export function requestedEvents(request: TaskRequest, followUp: FollowUp, by: string, at: string): Happened[] {
  const { operator, action } = request;
  if (action === 'add') {
    const { title, owner, due } = request;
    const number = Math.max(0, ...followUp.tasks.map((one) => one.number)) + 1;
    return [openedEvent({ number, kind: 'corrective action', title, owner, due }, { id: by, at, by, operator })];
  }
  if (action === 'accept') return acceptedEvents(request.report, followUp, { operator, by, at });
  const { task: number } = request;
  if (action === 'complete') return [completedEvent({ number, operator, note: request.note, by }, at)];
  const { owner, due } = request;
  const detail = { number, owner, ...(due === undefined ? {} : { due }), operator, by };
  return [{ id: `task-assigned/${by}`, type: 'Task assigned', at, detail }];
}

type Completed = { readonly number: number; readonly operator: string; readonly note: string; readonly by: string };

/** Of two completions at once the history takes one, because their event has one id. */
const completedEvent = (detail: Completed, at: string): Happened => ({
  id: `task-completed/${detail.number}`,
  type: 'Task completed',
  at,
  detail,
});

/** A report that is accepted completes the task to accept it. */
function acceptedEvents(
  report: ReportKind,
  { reports, tasks }: FollowUp,
  { operator, by, at }: { readonly operator: string; readonly by: string; readonly at: string },
): Happened[] {
  const open = tasks.find((one) => one.kind === kindOfTask(report) && isOpen(one));
  const { number, sha256 } = reports[report].draft ?? {};
  return [
    {
      id: `report-accepted/${report}`,
      type: 'Report accepted',
      at,
      detail: { report, draft: number, sha256, operator, by },
    },
    ...(open ? [completedEvent({ number: open.number, operator, note: `Accepted draft ${number}.`, by }, at)] : []),
  ];
}

const malformed = (wrong: string) =>
  new TaskRefused(
    `A change of a task looks like {"rollback": "ID", "operator": "ana", "action": "complete", "task": 1, "note": "a memory leak in v1.5.0"}; ${wrong}. Nothing was changed.`,
  );
