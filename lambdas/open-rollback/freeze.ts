import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Chain, Happened } from '../../domain/history/event.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { freezeHosts, type Tagged } from '../operations/freeze-hosts.ts';
import type { Deployment, Deployments } from '../stores/deployments.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';
import type { Opening } from './opening.ts';

export type FreezingDeps = Tagged & {
  readonly history: History;
  readonly deployments: Deployments;
  readonly frozen: RollbackScopes;
  readonly rowWindow: RowWindow;
  readonly unreached: Unreached;
  readonly now: () => number;
};

/** Freezes what a rollback acts on, and tells of it. What an earlier call has frozen stays. */
export async function freeze(
  deps: FreezingDeps,
  opening: Opening,
  cause: RollbackCause,
  deadline: string,
): Promise<Chain> {
  const { name } = opening.execution;
  const frozen = (await deps.frozen.read(name)) ?? (await frozenNow(deps, opening, cause, deadline));
  return deps.history.append(name, hostsFrozen(frozen, new Date(deps.now())));
}

async function frozenNow(
  { fleet, frozen, tag, deployments, rowWindow, unreached }: FreezingDeps,
  opening: Opening,
  { start_time, only_hosts, mode }: RollbackCause,
  deadline: string,
): Promise<RollbackScope> {
  const { phase, execution } = opening;
  const [frozenHosts, deployment = null, unreachedHosts] = await Promise.all([
    freezeHosts({ fleet, tag }, opening.documents, only_hosts),
    deployments.newest(phase.number, start_time),
    unreached.all(),
  ]);
  const passedBy = unreachedHosts.filter((waiting) => waiting.phase === phase.number);
  const isOneOf = (hosts: readonly Host[]) => (waiting: Host) =>
    hosts.some(({ instance_id }) => instance_id === waiting.instance_id);
  const asked = windowStart(deployment, start_time);
  return frozen.keep(execution.name, {
    execution_arn: execution.id,
    ...frozenHosts,
    still_away: passedBy
      .filter((waiting) => !isOneOf([...frozenHosts.hosts, ...frozenHosts.not_online])(waiting))
      .map(({ instance_id, name: host }) => ({ instance_id, name: host })),
    only_hosts,
    steps: opening.policy.steps,
    deployment,
    window_start: earliest(
      await (mode === 'plan'
        ? rowWindow.seen(phase.number, asked)
        : rowWindow.from(phase.number, asked, execution.name)),
      passedBy.filter(isOneOf(frozenHosts.hosts)),
    ),
    deadline,
  });
}

/** A host that an earlier rollback had to pass by still has that one's rows. */
const earliest = (start: string, passedBy: readonly UnreachedHost[]): string =>
  [start, ...passedBy.map(({ window_start }) => window_start)].toSorted()[0] ?? start;

const windowMilliseconds = 3600_000;

/** Rows are suspect from the deployment on; with none on record, those of the last hour (seed, "Clear Corrupted Cache"). */
function windowStart(deployment: Deployment | null, start: string): string {
  const from = deployment ? Date.parse(deployment.at) : Date.parse(start) - windowMilliseconds;
  return `${new Date(from).toISOString().slice(0, 19)}Z`;
}

const hostsFrozen = (frozen: RollbackScope, at: Date): Happened => ({
  id: 'hosts-frozen',
  type: 'Hosts frozen',
  at: at.toISOString(),
  detail: {
    hosts: frozen.hosts.length,
    names: frozen.hosts.slice(0, 50).map(({ name }) => name),
    not_online: frozen.not_online.slice(0, 50).map(({ name }) => name),
    documents: frozen.documents,
    window_start: frozen.window_start,
    deployment: frozen.deployment,
  },
});
