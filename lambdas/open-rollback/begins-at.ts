import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { beginsAtReport, doneEarlier, type EarlierRollback, leftOutByStart } from '../../domain/history/begins-at.ts';
import type { Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type PhaseSteps, resumedOn } from '../../domain/history/resumed-trading.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { partId } from '../../domain/infra/part.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { type ChosenTarget, targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { Claims } from '../stores/claims.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { History } from '../stores/history.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import type { OpenRequest } from './opening.ts';
import { type UndoingsDeps, undoingsSince } from './undoings.ts';

export type BeginsAtDeps = {
  readonly history: Pick<History, 'events' | 'everyHost'>;
  readonly scopes: Pick<RollbackScopes, 'read'>;
  readonly deployments: Pick<Deployments, 'newest'>;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
} & UndoingsDeps;

/**
 * Refuses a start at a later step while the phase has an open rollback: it would join that one, which runs every step, also
 * those that the person leaves out.
 */
export async function checkAlone(
  { claims }: { readonly claims: Pick<Claims, 'openOn'> },
  { from_step, mode }: Pick<RollbackCause, 'from_step' | 'mode'>,
  { execution, phase: { number: phase } }: Pick<OpenRequest, 'execution' | 'phase'>,
): Promise<void> {
  if (from_step === undefined || mode !== 'live') return;
  const { whole, onHosts } = await claims.openOn(phase);
  const open = [...(whole ? [whole] : []), ...onHosts].find(({ rollback }) => rollback !== execution.name);
  if (!open) return;
  throw new InvalidInput(
    `from_step begins a rollback of its own, and rollback ${open.rollback} of phase ${phase} is still open. See it: npm run rollback -- show ${open.rollback}${environmentWords(open.execution_arn)} . If it asks before it begins, answer stand-down; if it asks in a hand-over, answer abort and then release the fleet. Start again once it has ended, or now without from_step to join it. Nothing was changed.`,
  );
}

/**
 * Throws an error, which ends the rollback before it touches a host, if a start at a later step leaves steps out although the
 * runbook wants more approvers than one: a start has one person. A start that leaves nothing out, because earlier rollbacks did
 * those steps on every host, is a start like any other. That is not known before the target is chosen, so it is no refusal.
 */
export function checkAgreed(
  { phase, policy: { approvers } }: Pick<OpenRequest, 'phase' | 'policy'>,
  { mode }: Pick<RollbackCause, 'mode'>,
  { begins_at, hosts }: Pick<RollbackScope, 'begins_at' | 'hosts'>,
): void {
  if (mode === 'plan' || approvers < 2) return;
  const left = leftOutByStart(begins_at, hosts);
  if (left.length === 0) return;
  throw new Error(
    `Phase ${phase.number} wants ${approvers} approvers, and one person cannot leave steps out. ${left.join(' ')} No host was touched. Start at an earlier step, or without from_step: if a step fails then, its hand-over asks ${approvers} people for skip.`,
  );
}

/** Milliseconds. Without a deployment on record, an older rollback belongs to another incident: the procedure allows one at most 4 hours. */
const withoutDeployment = 24 * 3600_000;

/** An incident with more rollbacks than this of one phase has no use for the oldest: a newer one decides about each step. */
const mostEarlier = 10;

type Frozen = {
  readonly hosts: readonly Host[];
  readonly window_start: string;
  readonly targets: readonly ChosenTarget[];
};

/**
 * Returns where the rollback begins, and what earlier rollbacks of the incident did; {} if it begins at its first step. Those are
 * the rollbacks of the phase since its newest deployment, with the same target.
 *
 * If they cannot be read, nothing counts as done: the steps before the first one are then left out, and the later ones repeated.
 */
export async function beginsAt(
  deps: BeginsAtDeps,
  request: OpenRequest,
  { from_step, operator, reason, start_time, since }: RollbackCause,
  { hosts, window_start, targets }: Frozen,
): Promise<Pick<RollbackScope, 'begins_at'>> {
  if (from_step === undefined) return {};
  const ids = request.policy.steps.map(({ name }) => stepId(name));
  const step = stepId(from_step);
  const passed = ids
    .slice(0, ids.indexOf(step))
    .map((id) => ({ step: id, restores: request.restores.by.includes(id) }));
  const begins = { step, name: from_step, operator, reason };
  const target_version = targetVersionOf({ targets }, request.phase.number, request.target_version);
  const read = await Promise.all([
    earlierRollbacks(deps, { ...request, target_version, from_step: step }, start_time),
    undoingsSince(deps, request.phase.number, earliestOf(start_time)),
  ]).catch(() => undefined);
  if (!read) return { begins_at: { ...begins, passed, done: [], unread: true } };
  const [earlier, undoings] = read;
  const rows = since === undefined ? window_start : null;
  const { done, undone } = doneEarlier(earlier, { passed, hosts, undoings, window_start: rows });
  const again = new Set(undone.map((one) => one.step));
  return {
    begins_at: {
      ...{ ...begins, passed: passed.filter((one) => !again.has(one.step)), done },
      ...(undone.length > 0 ? { undone } : {}),
    },
  };
}

const earliestOf = (start: string) => new Date(Date.parse(start) - withoutDeployment).toISOString();

/** `from_step`: the id of the step at which the new rollback begins. */
type Beginning = OpenRequest & { readonly from_step: string };

/** Returns the ids of the phase's steps. A resuming step that is the first one, or before it, is not counted: nothing acts after the stop that it ends. */
function stepsOf({ policy: { steps }, from_step }: Beginning): PhaseSteps {
  const ids = steps.map(({ name }) => stepId(name));
  const later = ids.slice(ids.indexOf(from_step) + 1);
  return { all: ids, resuming: later.filter((id) => steps[ids.indexOf(id)]?.resumes) };
}

/** Returns the earlier rollbacks of the phase that acted, the newest first. */
async function earlierRollbacks(
  deps: BeginsAtDeps,
  request: Beginning,
  start: string,
): Promise<readonly EarlierRollback[]> {
  const { deployments, recentRollbacks } = deps;
  const phase = request.phase.number;
  const deployed = (await deployments.newest(phase, start))?.at;
  const from = deployed === undefined ? earliestOf(start) : new Date(deployed).toISOString();
  const begun = await recentRollbacks.between(phase, from, start);
  const newest = begun.filter(({ rollback }) => rollback !== request.execution.name).toReversed();
  const found = await Promise.all(
    newest.slice(0, mostEarlier).map(({ rollback }) => earlierOf(deps, request, rollback)),
  );
  return found.flatMap((one) => one ?? []);
}

/** Returns what one rollback did; undefined if it has not ended, or was never opened: nothing is then known of its hosts. */
async function earlierOf(
  { history, scopes }: BeginsAtDeps,
  request: Beginning,
  rollback: string,
): Promise<EarlierRollback | undefined> {
  const [events, scope] = await Promise.all([history.events(rollback), scopes.read(rollback)]);
  const [opening] = events;
  if (!opening || !scope) return undefined;
  const { ending, phases, left_out } = recordOf(events);
  const skipped = left_out.some((one) => 'step' in one); // a step is left on every host
  if (ending === null) return undefined;
  const { phase, target_version } = request;
  const prefix = phases ? partId(phase.number, '') : '';
  const verdicts = (await history.everyHost(rollback)).map((one) =>
    one.step.startsWith(prefix) ? { ...one, step: one.step.slice(prefix.length) } : one,
  );
  const steps = stepsOf(request);
  return {
    rollback,
    endedWell: ending === 'Rolled back' || (ending === 'Rolled back, unverified' && !skipped),
    counts:
      phases !== undefined ||
      targetVersionOf(scope, phase.number, String(opening.detail['target_version'])) === target_version,
    hosts: scope.hosts.map(({ instance_id }) => instance_id),
    took_fleet: events.findLast(({ type }) => type === 'Fleet taken')?.at ?? opening.at,
    window_start: scope.parts?.find((part) => part.phase === phase.number)?.window_start ?? scope.window_start,
    verdicts: verdicts.filter(({ step }) => steps.all.includes(step)),
    resumed: resumedOn(verdicts, steps),
  };
}

/** The event that a rollback begins at a later step, with what was done of the steps before; [] if it begins at the first. */
export const begunAt = ({ begins_at, hosts }: RollbackScope, at: string): Happened[] =>
  begins_at
    ? [{ id: 'begins-at-step', type: 'Begins at step', at, detail: { begins_at: beginsAtReport(begins_at, hosts) } }]
    : [];
