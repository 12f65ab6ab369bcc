import type { Situation, Unanswered } from '../../domain/decision/situation.ts';
import type { WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import { trustOf } from '../../domain/trust.ts';
import type { Deciding, DecidingDeps } from './decide-rollback.ts';

const dayMilliseconds = 24 * 3600_000;

/** Everything that decides, as it is now. What cannot be read says so: nothing then begins by itself. */
export async function situationOf(
  {
    deployments,
    recentRollbacks,
    pause,
    settings,
  }: Pick<DecidingDeps, 'deployments' | 'recentRollbacks' | 'pause' | 'settings'>,
  { rollback: { id, phase }, policy }: Deciding,
  { trigger, severity, blind, start_time }: WorstAlarm,
  started_by: Situation['started_by'],
  unanswered: Unanswered | null,
): Promise<Situation> {
  const unreadable = () => 'unreadable' as const;
  const { brakes } = settings;
  const aDayBefore = Date.parse(start_time) - dayMilliseconds;
  const from = new Date(aDayBefore - brakes.cool_down * 1000).toISOString();
  const asks = started_by === 'alarm'; // a person has decided, whatever else there is
  const [deployment, paused, others] = await Promise.all([
    asks ? deployments.newest(phase, start_time).then((one) => one ?? null, unreadable) : null,
    asks ? pause().catch(unreadable) : null,
    asks
      ? recentRollbacks
          .between(phase, from, start_time)
          .then((all) => all.filter((one) => one.rollback !== id), unreadable)
      : [],
  ]);
  const of = policy.triggers[trigger];
  return {
    started_by,
    severity,
    blind,
    when_blind: of?.when_blind ?? 'hold',
    trust: trustOf(settings.trust, of?.trust ?? 'approve'),
    start_time,
    deployment,
    rollback_safe: policy.rollback_safe,
    pause: paused,
    rollbacks:
      others === 'unreadable' ? others : others.filter((one) => Date.parse(one.start_time) >= aDayBefore).length,
    last_ended_at: others === 'unreadable' ? others : newest(others.map(({ ended_at }) => ended_at)),
    unanswered,
    environment: settings,
  };
}

const newest = (instants: readonly (string | null)[]): string | null =>
  instants
    .filter((one) => one !== null)
    .toSorted()
    .at(-1) ?? null;
