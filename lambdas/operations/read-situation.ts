import { type Block, countsForBudget } from '../../domain/brakes/brakes.ts';
import type { BegunRollback } from '../../domain/brakes/host-cap.ts';
import { beforeSessionTime, type SessionsOf } from '../../domain/calendar/sessions.ts';
import type { Situation } from '../../domain/decision/situation.ts';
import type { WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import type { OfPhases } from '../../domain/phases.ts';
import { trustOf } from '../../domain/trust.ts';
import type { Policy } from '../middleware/payload.ts';
import type { ReadBrakes } from '../stores/brakes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import { type CappedHostsDeps, cappedHosts } from './capped-hosts.ts';

/** The part of the environment file that decides whether a rollback begins. */
export type DecisionSettings = Pick<Environment, 'trust' | 'brakes' | 'questions' | 'limits' | 'confirm'>;

export type SituationDeps = CappedHostsDeps & {
  readonly deployments: Deployments;
  readonly recentRollbacks: RecentRollbacks;
  readonly brakes: ReadBrakes;
  readonly settings: DecisionSettings;
  /** Absent: no calendar, all time counts. */
  readonly sessionsOf?: SessionsOf;
};

/** A rollback to decide on, and what the runbook and triggers.yaml define for it. */
export type DecisionSubject = {
  readonly rollback: OfPhases & { readonly id: string; readonly execution_arn: string | null };
  readonly policy: Policy;
};

/** The start of the rollback. `only_hosts`: the hosts that its input names; null: the whole fleet. */
export type Started = Pick<Situation, 'started_by' | 'unanswered'> & { readonly only_hosts: readonly string[] | null };

const dayMilliseconds = 24 * 3600_000;

/**
 * Reads everything that the decision depends on. A part that cannot be read is `unreadable`: decide() then ends an
 * alarm's rollback as *Needs a person* instead of acting or asking.
 */
export async function situationOf(
  deps: SituationDeps,
  { rollback: { id, phase, execution_arn }, policy }: DecisionSubject,
  { trigger, severity, blind, start_time, doubts, metrics_lost, witness }: WorstAlarm,
  { started_by, only_hosts, unanswered }: Started,
): Promise<Situation> {
  const { deployments, recentRollbacks, brakes: readBrakes, settings } = deps;
  const unreadable = () => 'unreadable' as const;
  const { brakes } = settings;
  const aDayBefore = Date.parse(start_time) - dayMilliseconds;
  const calendar = deps.sessionsOf?.(phase);
  // A rollback that ended this long ago may still be cooling down. Its own start lies at most a day before its end.
  const cooling = beforeSessionTime(calendar, Date.parse(start_time), brakes.cool_down * 1000);
  const from = new Date(cooling - dayMilliseconds).toISOString();
  const asks = started_by === 'alarm'; // a person's start is a decision already: only a block stops it
  const [deployment, braked, others, capped] = await Promise.all([
    asks ? deployments.newest(phase, start_time).then((one) => one ?? null, unreadable) : null,
    readBrakes(phase).catch(unreadable),
    asks
      ? recentRollbacks
          .between(phase, from, start_time)
          .then((all) => all.filter((one) => one.rollback !== id), unreadable)
      : [],
    started_by === 'person' ? undefined : cappedHosts(deps, { id, only_hosts }),
  ]);
  const armedAt = braked === 'unreadable' ? null : braked.armed_at; // if it is unreadable, nothing acts by itself anyway
  const of = policy.triggers[trigger];
  return {
    started_by,
    severity,
    blind,
    doubts,
    metrics_lost,
    when_blind: of?.when_blind ?? 'hold',
    trust: trustOf(settings.trust, of?.trust ?? 'approve'),
    start_time,
    deployment,
    canary_alone: witness?.canary === true && witness.unknown === 0,
    undone_before:
      braked === 'unreadable' || deployment === 'unreadable'
        ? null
        : await undoneBefore(deps, { blocks: braked.blocks, phase, deployment, witness }),
    rollback_safe: policy.rollback_safe,
    forbidden: policy.forbidden,
    pause: braked === 'unreadable' ? braked : braked.pause,
    blocked: braked === 'unreadable' ? null : blockedTarget(braked.blocks, policy.targets ?? [], execution_arn),
    rollbacks: others === 'unreadable' ? others : others.filter(countsForBudget(aDayBefore, armedAt)).length,
    last_ended_at: others === 'unreadable' ? others : await coolingSince(deps, others, witness),
    capped,
    unanswered,
    environment: settings,
    calendar,
  };
}

type Subject = {
  readonly blocks: readonly Block[];
  readonly phase: number;
  readonly deployment: { readonly version: string; readonly at: string } | null;
  readonly witness: WorstAlarm['witness'];
};

/**
 * Returns the rollback that took the newest deployment back already; null: none did. A rollback that ended well blocks the version that it
 * took back, until a person unblocks it. A deployment on record since then explains an alarm by itself.
 *
 * A rollback of a few ill hosts took it back on these alone. If many hosts are ill now, the version is on others for the first time.
 */
async function undoneBefore(deps: Pick<SituationDeps, 'scopes'>, { blocks, phase, deployment, witness }: Subject) {
  const block = blocks.find(
    (one) => !one.stopped && one.phase === phase && one.version === deployment?.version && one.at > deployment.at,
  );
  if (block?.rollback === undefined) return null;
  return (await wasOfFew(deps, block.rollback, witness)) ? null : { rollback: block.rollback, at: block.at };
}

/**
 * Returns the end of the newest rollback that cools down; null: there is none. A rollback of a few ill hosts that left their peers alone answered no
 * alarm of the phase: if many hosts are ill now, it does not count.
 */
async function coolingSince(
  deps: Pick<SituationDeps, 'scopes'>,
  others: readonly BegunRollback[],
  witness: WorstAlarm['witness'],
): Promise<string | null> {
  const cooling = others.map(async ({ rollback, ended_at }) =>
    (await wasOfFew(deps, rollback, witness)) ? null : ended_at,
  );
  return newest(await Promise.all(cooling));
}

/** Returns whether many hosts are ill now, and a rollback acted on a few only. False if its scope cannot be read. */
const wasOfFew = async (
  { scopes }: Pick<SituationDeps, 'scopes'>,
  rollback: string,
  witness: WorstAlarm['witness'],
): Promise<boolean> =>
  witness?.finding === 'many' &&
  (await scopes.read(rollback).then(
    (scope) => (scope?.left_alone ?? 0) > 0,
    () => false,
  ));

const newest = (instants: readonly (string | null)[]): string | null =>
  instants
    .filter((one) => one !== null)
    .toSorted()
    .at(-1) ?? null;
