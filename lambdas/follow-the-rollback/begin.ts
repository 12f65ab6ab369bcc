import { InvalidInput, NotClosedYet } from '../../domain/errors.ts';
import { followUpOf, isStillOpen, parseFollowUpInput, whyNoFollowUp } from '../../domain/follow-up/follow-up.ts';
import { inMachine, type NextInMachine, nextCheck } from '../../domain/follow-up/schedule.ts';
import { taskNotice } from '../../domain/follow-up/task-notice.ts';
import { dueTask, isOpen, usualTasks } from '../../domain/follow-up/tasks.ts';
import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { PutNotices } from '../clients/put-notices.ts';
import type { DueTasks } from '../stores/due-tasks.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';

export type BeginDeps = {
  readonly history: History;
  readonly dueTasks: Pick<DueTasks, 'open'>;
  readonly putNotices: PutNotices;
  readonly statusOf: ExecutionStatus;
  readonly environment: string;
  readonly now: () => number;
};
export type Begun = NextInMachine & { readonly rollback: string; readonly says: string };

/** `input`: a person's, which names the rollback, or EventBridge's event of the end of an execution. */
export type BeginRequest = { readonly input?: unknown; readonly execution: string };

/**
 * Begins the follow-up of a rollback that has ended and touched hosts: opens its tasks. One follow-up runs at a time; one whose execution ended
 * too early is continued at the check that is due next.
 *
 * Throws NotClosedYet while Reconcile has not closed the rollback, and InvalidInput if a person names none.
 */
export async function beginFollowUp(deps: BeginDeps, { input, execution }: BeginRequest): Promise<Begun> {
  const { rollback, by_hand } = parseFollowUpInput(input);
  const before = await deps.history.events(rollback);
  const record = before.length > 0 ? recordOf(before) : undefined;
  if (isStillOpen(record)) throw new NotClosedYet(`Rollback ${rollback} has not been closed yet.`);
  if (!record && by_hand) throw new InvalidInput(`There is no rollback ${rollback}. Nothing was changed.`);
  const why = whyNoFollowUp(record) ?? (await whyNotAgain(deps, before, execution));
  if (why !== undefined || !record?.completion_time)
    return { rollback, ...inMachine(null), says: `Nothing to follow up: ${why}.` };
  const at = new Date(deps.now()).toISOString();
  const isFirst = !followUpOf(before);
  const begun = begunEvent({ execution, closed: record.completion_time }, at);
  await appendSealed(deps.history, rollback, at, begun, ...(isFirst ? usualTasks(record.completion_time, at) : []));
  await announceTasks(deps, record);
  return { rollback, ...inMachine(nextCheck(record.completion_time, deps.now())), says: 'The follow-up has begun.' };
}

const begunEvent = (detail: { readonly execution: string; readonly closed: string }, at: string): Happened => ({
  id: `follow-up-begun/${detail.execution}`,
  type: 'Follow-up begun',
  at,
  detail,
});

async function whyNotAgain(
  { statusOf }: Pick<BeginDeps, 'statusOf'>,
  before: readonly RollbackEvent[],
  execution: string,
): Promise<string | undefined> {
  const followUp = followUpOf(before);
  if (!followUp || followUp.execution === execution) return undefined;
  if (followUp.over_at !== null) return `its follow-up was over at ${followUp.over_at}`;
  const status = await statusOf(followUp.execution, followUp.begun_at);
  return status === 'RUNNING' ? `${followUp.execution} follows it up` : undefined;
}

/** Stores when the open tasks are due, and tells a ticket system of them. A repeat changes nothing in either. */
async function announceTasks(deps: BeginDeps, record: RollbackRecord): Promise<void> {
  const { environment, history, dueTasks, putNotices } = deps;
  const { rollback_id: rollback, phase } = record;
  const open = followUpOf(await history.events(rollback))?.tasks.filter(isOpen) ?? [];
  for (const task of open) await dueTasks.open(dueTask(task, record));
  await putNotices(open.map((task) => taskNotice('opened', task, { environment, rollback, phase })));
}
