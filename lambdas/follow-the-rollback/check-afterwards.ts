import { type Again, type Found, judgedCheck, pages } from '../../domain/follow-up/check.ts';
import { type FollowUp, followUpOf } from '../../domain/follow-up/follow-up.ts';
import { hoursDue, inMachine, type NextInMachine, nextCheck } from '../../domain/follow-up/schedule.ts';
import { dueTask, isOpen } from '../../domain/follow-up/tasks.ts';
import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { type HostCheckResult, hostCheckVerdict } from '../../domain/host/host-check.ts';
import { message } from '../../domain/message/message.ts';
import { relapseValues } from '../../domain/message/relapse-values.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import type { Publish } from '../clients/publish.ts';
import type { DueTasks } from '../stores/due-tasks.ts';
import type { FleetHold } from '../stores/fleet-truth.ts';
import type { History, StoredVerdict } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import { type DraftDeps, draftReports } from './draft-reports.ts';

export type CheckDeps = DraftDeps & {
  readonly history: History;
  readonly dueTasks: Pick<DueTasks, 'open'>;
  /** The red alarms of the rollback's phases, and its metric against the baseline. */
  readonly metrics: (record: RollbackRecord) => Promise<Pick<Found, 'red' | 'metric'>>;
  /** Returns the ids of rollbacks of the same phases that began in a time in which nothing was deployed. */
  readonly again: (record: RollbackRecord, from: string, to: string) => Promise<readonly string[]>;
  readonly truth: () => Promise<FleetTruth>;
  readonly hold: () => Promise<FleetHold>;
  readonly publish: Publish;
  /** The text of the page about a relapse. */
  readonly template: string;
  /** The runbook's address, or its path in this repository. */
  readonly runbook: string;
  readonly countRelapse: () => Promise<void>;
  readonly now: () => number;
};
export type CheckRequest = {
  readonly rollback: string;
  /** The result of the check of every host; null: none was asked. */
  readonly look: HostCheckResult | null;
  /** Why the hosts could not be asked; null: they were, or it was not their turn. */
  readonly not_looked: string | null;
};
export type Checked = NextInMachine & { readonly rollback: string; readonly says: string };

/**
 * Checks the system some time after a rollback: stores the findings in its history, pages once about a relapse, drafts the reports that are
 * due, and stores the open tasks again if the state table has lost them. A repeat within the same hour of the schedule stores nothing twice.
 */
export async function checkAfterwards(deps: CheckDeps, request: CheckRequest): Promise<Checked> {
  const { history, now } = deps;
  const { rollback } = request;
  const before = await history.events(rollback);
  const record = recordOf(before);
  const followUp = followUpOf(before);
  if (!followUp || !record.completion_time) throw new Error(`Rollback ${rollback} has no follow-up to continue.`);
  const hours = hoursDue(record.completion_time, now());
  const at = new Date(now()).toISOString();
  const next = nextCheck(record.completion_time, now());
  const since = followUp.checks.at(-1)?.at ?? record.completion_time;
  const found = await findings(deps, request, { record, hours, since, at });
  const check = judgedCheck(found);
  const happened: Happened = { id: checkId(hours), type: 'Checked afterwards', at, detail: check };
  if (check.state === 'relapsed') await deps.countRelapse();
  if (pages(check, followUp.checks, record.ending)) await page(deps, { found, record, before });
  await appendSealed(history, rollback, at, happened);
  await keepTasks(deps, followUp, record);
  await draftReports(deps, { rollback, hours, at });
  if (next === null)
    await appendSealed(history, rollback, at, { id: 'followed-up', type: 'Followed up', at, detail: {} });
  return { rollback, ...inMachine(next), says: `${check.state}: ${check.says.join(' ')}` };
}

const checkId = (hours: number) => `checked-afterwards/${hours}`;

async function findings(
  deps: CheckDeps,
  { look, not_looked }: CheckRequest,
  {
    record,
    hours,
    since,
    at,
  }: {
    readonly record: RollbackRecord;
    readonly hours: number;
    readonly since: string;
    readonly at: string;
  },
): Promise<Found> {
  const [{ red, metric }, again, truth, { holder }, hosts] = await Promise.all([
    deps.metrics(record),
    deps.again(record, since, at).then((later) => withEndings(deps, later)),
    deps.truth(),
    deps.hold(),
    look ? deps.history.everyHost(look.look_id) : [],
  ]);
  const differing = truth.state === 'unknown' ? null : truth.differences.map(({ name }) => name);
  return { hours, look, not_looked, unhealthy: unhealthyOf(hosts), red, metric, differing, again, holder };
}

const withEndings = ({ history }: Pick<CheckDeps, 'history'>, later: readonly string[]): Promise<Again[]> =>
  Promise.all(
    later.map(async (rollback) => {
      const events = await history.events(rollback);
      return { rollback, ending: events.length > 0 ? recordOf(events).ending : null };
    }),
  );

/** "host-2 (feed, orders)" */
const unhealthyOf = (hosts: readonly StoredVerdict[]): string[] =>
  hosts
    .filter((one) => hostCheckVerdict('health', one) === 'FAIL')
    .map(({ name, report }) => {
      const failed = report?.['failed'];
      return Array.isArray(failed) && failed.length > 0 ? `${name} (${failed.join(', ')})` : name;
    });

/** Before it is stored: a run that dies in between pages again, which is better than never. */
async function page(
  { publish, template, runbook }: Pick<CheckDeps, 'publish' | 'template' | 'runbook'>,
  about: { readonly found: Found; readonly record: RollbackRecord; readonly before: readonly RollbackEvent[] },
): Promise<void> {
  const { record, before } = about;
  const { subject, body, audience } = message(template, relapseValues(about.found, record, before));
  const { rollback_id: rollback, phase, severity } = record;
  const attributes = { message: 'relapse', rollback, phase: String(phase), severity, audience };
  await publish(subject, body.replaceAll('docs/runbook.md', runbook), attributes);
}

/** Of a state table that was restored or refused a write, the open tasks are stored again. */
async function keepTasks({ dueTasks }: CheckDeps, { tasks }: FollowUp, record: RollbackRecord): Promise<void> {
  for (const task of tasks.filter(isOpen)) await dueTasks.open(dueTask(task, record));
}
