import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { passedStep } from '../../domain/history/begins-at.ts';
import type { Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { partId } from '../../domain/infra/part.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { phasesOf } from '../../domain/phases.ts';
import { type ChosenTarget, owedTargetOf, recordedTargets } from '../../domain/target/chosen-target.ts';
import { freezeHosts, NoHostOnline, type Tagged } from '../operations/freeze-hosts.ts';
import { oweHosts } from '../operations/owe-hosts.ts';
import type { KnownDocuments } from '../operations/reviewed-document.ts';
import type { Deployment, Deployments } from '../stores/deployments.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScope, RollbackScopes, ScopePart } from '../stores/rollback-scope.ts';
import { type KeptWindow, type RowWindow, suspectFrom } from '../stores/row-window.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';
import { type BeginsAtDeps, beginsAt, begunAt, checkAgreed } from './begins-at.ts';
import type { OpenRequest } from './opening.ts';

export type FreezeDeps = Tagged &
  Pick<BeginsAtDeps, 'recentRollbacks' | 'byPeople' | 'phases'> & {
    readonly knownDocuments?: KnownDocuments;
    readonly history: History;
    readonly deployments: Deployments;
    readonly scopes: RollbackScopes;
    readonly rowWindow: RowWindow;
    readonly unreached: Unreached;
    readonly now: () => number;
  };

/** A decision on a rollback: `act` means without asking a person first. */
type Decision = { readonly decision: string; readonly deadline: string; readonly choice: Choice };
/** The targets and forbidden pairs of the opening. */
type Choice = Pick<RollbackScope, 'targets' | 'forbidden' | 'also_undone'>;

/**
 * Freezes what a rollback acts on, and returns the events of it. A scope that an earlier call has frozen stays.
 */
export async function freeze(
  deps: FreezeDeps,
  request: OpenRequest,
  cause: RollbackCause,
  decided: Decision & FreezingReads,
): Promise<Happened[]> {
  const scope = (await decided.scope) ?? (await freezeNow(deps, request, cause, decided));
  const at = new Date(deps.now());
  return [hostsFrozen(scope, at), ...begunAt(scope, at.toISOString()), ...targetsFrozen(scope, at)];
}

/** `scope`: that of an earlier call; undefined: there is none. `undone`: the deployments that the rollback undoes. */
export type FreezingReads = {
  readonly scope: Promise<RollbackScope | undefined>;
  readonly undone: () => Promise<readonly Undone[]>;
};

/** Returns a function that reads once which deployment the rollback undoes in each of its phases. `kept`: the row window of its own phase. */
export function undoneOnce(
  deps: FreezeDeps,
  { phase: { number }, phases }: Pick<OpenRequest, 'phase' | 'phases'>,
  cause: RollbackCause,
  kept: Promise<KeptWindow>,
): FreezingReads['undone'] {
  let read: Promise<readonly Undone[]> | undefined;
  const keptOf = (phase: number) => (phase === number ? kept : deps.rowWindow.kept(phase));
  return () => {
    read ??= Promise.all(
      phasesOf({ phase: number, phases }).map((phase) => undoneBy(deps, phase, cause, keptOf(phase))),
    );
    return read;
  };
}

async function freezeNow(
  deps: FreezeDeps,
  request: OpenRequest,
  cause: RollbackCause,
  { decision, deadline, undone, choice: { targets = [], forbidden, also_undone } }: Decision & FreezingReads,
): Promise<RollbackScope> {
  const { scopes, unreached } = deps;
  const { execution, policy } = request;
  const { only_hosts } = cause;
  const [pinned, unreachedHosts, deployed] = await Promise.all([
    freezeOrAway(deps, request, only_hosts),
    unreached.all(),
    undone(),
  ]);
  const freezing = { id: execution.name, cause, hosts: pinned.hosts, unreachedHosts, targets };
  const frozen = await Promise.all(deployed.map((one) => freezePhase(deps, one, freezing)));
  const lowest = frozen.at(-1);
  if (!lowest) throw new Error(`Rollback ${execution.name} has no phase.`);
  if (pinned instanceof NoHostOnline) {
    if (decision === 'act') for (const one of frozen) await owe(deps, request, pinned.hosts, { ...one, targets });
    throw pinned;
  }
  const { deployment, window_start, passedBy } = lowest;
  const begins = await beginsAt(deps, request, cause, { hosts: pinned.hosts, window_start, targets });
  checkAgreed(request, cause, { ...begins, hosts: pinned.hosts });
  return scopes.keep(execution.name, {
    execution_arn: execution.id,
    ...pinned,
    still_away: stillAway(
      frozen.flatMap((one) => one.passedBy),
      [...pinned.hosts, ...pinned.not_online],
    ),
    only_hosts,
    ...begins,
    ...(targets.length > 0 ? { targets } : {}),
    ...(forbidden ? { forbidden } : {}),
    ...(also_undone ? { also_undone } : {}),
    steps: policy.steps.filter(({ name }) => !passedStep(begins.begins_at, stepId(name))),
    deployment,
    window_start,
    ...commitOf(targets, lowest.phase, commitOwed(only_hosts, pinned.hosts, passedBy)),
    deadline,
    opened_at: execution.start_time,
    ...(request.phases ? { parts: frozen.map(({ passedBy: _, ...part }) => part) } : {}),
  });
}

/** The frozen part of one phase, and the hosts that earlier rollbacks of the phase could not reach. */
type FrozenPhase = ScopePart & { readonly passedBy: readonly UnreachedHost[] };

/** `kept`: the phase's row window. */
export type Undone = Pick<ScopePart, 'phase' | 'deployment'> & { readonly kept: KeptWindow };

/** Returns the deployment of a phase that the rollback undoes. */
async function undoneBy(
  { deployments }: FreezeDeps,
  phase: number,
  cause: RollbackCause,
  read: Promise<KeptWindow>,
): Promise<Undone> {
  const [newest = null, kept] = await Promise.all([deployments.newest(phase, corruptFrom(cause)), read]);
  // A person's retry undoes what the unfinished rollback had to undo, not a deployment that came after it.
  const unfinished = kept.start === undefined ? undefined : kept.deployment;
  const deployment = cause.alarm === null ? (unfinished ?? newest) : newest;
  return { phase, deployment, kept };
}

type Freezing = {
  readonly id: string;
  readonly cause: RollbackCause;
  readonly hosts: readonly Host[];
  readonly unreachedHosts: readonly UnreachedHost[];
  readonly targets: readonly ChosenTarget[];
};

/** Freezes the instant from which a phase's rows are suspect. */
async function freezePhase(
  { rowWindow }: FreezeDeps,
  { phase, deployment, kept }: Undone,
  { id, cause, hosts, unreachedHosts, targets }: Freezing,
): Promise<FrozenPhase> {
  const passedBy = unreachedHosts.filter((waiting) => waiting.phase === phase);
  const { start_time, mode, since, only_hosts } = cause;
  const asked = since === undefined ? windowStart(deployment, start_time) : inSeconds(Date.parse(since));
  const about = { given: since !== undefined, few: only_hosts !== null, corrupt_from: corruptFrom(cause) };
  const window =
    mode !== 'live'
      ? suspectFrom(kept, asked, about)
      : await rowWindow.from(phase, asked, id, { ...about, deployment, kept });
  // A person who gives an instant has looked at the rows, and knows more than any earlier rollback.
  const byPerson = about.given || (kept.given === true && window === kept.start);
  const window_start = byPerson ? window : earliest(window, passedBy.filter(isOneOf(hosts)));
  return { phase, deployment, window_start, passedBy, ...commitOf(targets, phase) };
}

/** Returns the commit that every host has under the chosen tag. `owed`: the commit to which an earlier rollback restored the others. */
const commitOf = (
  targets: readonly ChosenTarget[],
  phase: number,
  owed: Pick<RollbackScope, 'target_commit'> = {},
): Pick<RollbackScope, 'target_commit'> => {
  const commit = owed.target_commit ?? targets.find((one) => one.phase === phase)?.commit;
  return commit === undefined ? {} : { target_commit: commit };
};

const isOneOf = (hosts: readonly Host[]) => (waiting: Host) =>
  hosts.some(({ instance_id }) => instance_id === waiting.instance_id);

/** Returns the hosts that earlier rollbacks could not reach and that are not in this rollback, each once. */
function stillAway(passedBy: readonly UnreachedHost[], inScope: readonly Host[]): Host[] {
  const away = passedBy.filter((waiting) => !isOneOf(inScope)(waiting));
  return [...new Map(away.map(({ instance_id, name }) => [instance_id, { instance_id, name }])).values()];
}

/** As freezeHosts, but returns the error if no host is online: the hosts are then owed the rollback. */
const freezeOrAway = (deps: FreezeDeps, { documents }: OpenRequest, only: readonly string[] | null) =>
  freezeHosts(deps, documents, only).catch((error: unknown) => {
    if (error instanceof NoHostOnline) return error;
    throw error;
  });

/** Owes its hosts a rollback that was to act and found none of them online. */
async function owe(
  { history, unreached, now }: FreezeDeps,
  { execution }: OpenRequest,
  hosts: readonly Host[],
  { phase, window_start, passedBy, targets }: FrozenPhase & { readonly targets: readonly ChosenTarget[] },
): Promise<void> {
  const { severity } = recordOf(await history.events(execution.name));
  const since = new Date(now()).toISOString();
  const owed = { phase, rollback: execution.name, since, window_start, severity };
  await oweHosts({ unreached }, hosts, owed, ({ instance_id }) => {
    const before = passedBy.find((one) => one.instance_id === instance_id);
    return { target_commit: before?.target_commit, target: before?.target ?? owedTargetOf(targets, phase) };
  });
}

/**
 * Returns the commit to which an earlier rollback restored the fleet, if this one completes it on hosts that were away: they
 * must come to the same commit. A rollback of other hosts freezes the commit itself, because tags move with releases.
 */
function commitOwed(
  only: readonly string[] | null,
  hosts: readonly Host[],
  passedBy: readonly UnreachedHost[],
): Pick<RollbackScope, 'target_commit'> {
  if (only === null) return {};
  const owed = hosts.map(({ instance_id }) => passedBy.find((one) => one.instance_id === instance_id)?.target_commit);
  const [commit, ...others] = new Set(owed);
  return commit !== undefined && others.length === 0 ? { target_commit: commit } : {};
}

/** Returns the earliest start: a host that an earlier rollback could not reach still has the rows of that rollback. */
const earliest = (start: string, passedBy: readonly UnreachedHost[]): string =>
  [start, ...passedBy.map(({ window_start }) => window_start)].toSorted()[0] ?? start;

const windowMilliseconds = 3600_000;

/**
 * Returns the instant from which rows are suspect: the deployment, or one hour before the start if no deployment is on
 * record (procedure, "Clear Corrupted Cache").
 */
function windowStart(deployment: Deployment | null, start: string): string {
  return inSeconds(deployment ? Date.parse(deployment.at) : Date.parse(start) - windowMilliseconds);
}

const inSeconds = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

/**
 * Returns the instant before which the deployment lies that can have corrupted rows: the first breaching datapoint, or the
 * start if it is unknown. A deployment between the two came after the corruption; its window would leave corrupt rows.
 *
 * The event may be written by hand and must not widen what is undone, so a datapoint more than an hour before the alarm
 * does not count.
 */
export const corruptFrom = ({
  breaching_since,
  start_time,
}: Pick<RollbackCause, 'breaching_since' | 'start_time'>): string =>
  breaching_since !== null &&
  breaching_since < start_time &&
  Date.parse(start_time) - Date.parse(breaching_since) <= windowMilliseconds
    ? breaching_since
    : start_time;

/** Returns the hosts that are away for a known reason, for the history. */
function awayIn({ not_online }: RollbackScope): { readonly away?: readonly string[] } {
  const away = not_online.filter((host) => host.away !== undefined).slice(0, 50);
  return away.length > 0 ? { away: away.map(nameWithReason) } : {};
}

const hostsFrozen = (scope: RollbackScope, at: Date): Happened => ({
  id: 'hosts-frozen',
  type: 'Hosts frozen',
  at: at.toISOString(),
  detail: {
    hosts: scope.hosts.length,
    names: scope.hosts.slice(0, 50).map(({ name }) => name),
    not_online: scope.not_online.slice(0, 50).map(({ name }) => name),
    ...awayIn(scope),
    ...(scope.hosts_not_named === undefined ? {} : { hosts_not_named: scope.hosts_not_named }),
    documents: scope.documents,
    window_start: scope.window_start,
    ...(scope.target_commit ? { target_commit: scope.target_commit } : {}),
    deployment: scope.deployment,
    ...(scope.also_undone ? { also_undone: scope.also_undone } : {}),
    ...(scope.targets?.some(({ why }) => why !== undefined) ? { targets: recordedTargets(scope.targets) } : {}),
    ...(scope.forbidden && scope.forbidden.length > 0 ? { forbidden: scope.forbidden } : {}),
    ...(scope.parts ? { parts: scope.parts } : {}),
  },
});

/** The commit of a chosen tag is known from the opening on. That of the runbook's tag is asked for later (freeze-target.ts). */
const targetsFrozen = ({ targets = [], hosts, parts }: RollbackScope, at: Date): Happened[] =>
  targets.flatMap(({ phase, version, deployed_as, commit, by }) =>
    commit === undefined
      ? []
      : [
          {
            id: `${parts ? partId(phase, '') : ''}target-frozen`,
            type: 'Target frozen',
            at: at.toISOString(),
            detail: { step: by.at(-1), version, deployed_as, commit, hosts: hosts.length, not_read: [] },
          },
        ],
  );
