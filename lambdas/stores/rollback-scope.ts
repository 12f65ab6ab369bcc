import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BeginsAt } from '../../domain/history/begins-at.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import type { ForbiddenOnHosts } from '../../domain/plan/forbidden-on-hosts.ts';
import type { PlannedRunbook } from '../../domain/plan/plan.ts';
import { frozenKey } from '../../domain/tables.ts';
import type { ChosenTarget } from '../../domain/target/chosen-target.ts';
import { putIf } from './conditional-write.ts';
import type { Deployment } from './deployments.ts';
import { readItem } from './read-item.ts';

/**
 * Hosts, documents and rows that a rollback acts on, frozen when it opened. Later changes in the account do not change
 * it, except that hosts to which no command can be sent any more leave it.
 */
export type RollbackScope = {
  readonly execution_arn: string;
  readonly hosts: readonly Host[];
  /** Hosts to roll back that were not online at the opening. */
  readonly not_online: readonly AwayHost[];
  /** Hosts that left the fleet while the rollback ran; they are in `hosts` no more. Absent: none. */
  readonly lost?: readonly AwayHost[];
  /** Hosts that other rollbacks of the phase rolled back while this one waited; they are in `hosts` no more. Absent: none. */
  readonly done_before?: readonly (Host & { readonly by: string })[];
  /** The rollback of an earlier phase whose restore took this phase's code back while this one waited. Absent: none. */
  readonly undone_with?: string;
  /** Hosts on which rollbacks of an earlier phase, of these hosts alone, took this phase's code back while this one waited. Absent: none. */
  readonly undone_on?: readonly (Host & { readonly by: string })[];
  /** Hosts that a person left out during a hand-over; they are in `hosts` no more. Absent: none. */
  readonly left_out?: readonly LeftOutHost[];
  /** Steps that a person skipped during a hand-over. Absent: none. */
  readonly skipped?: readonly SkippedStep[];
  /** The step at which a person had the rollback begin. Absent: the first one. */
  readonly begins_at?: BeginsAt;
  /**
   * Hosts that earlier rollbacks of the phase could not reach and that this one does not act on. Absent in scopes that
   * an earlier version has stored.
   */
  readonly still_away?: readonly Host[];
  /** The hosts that the input names; the rollback acts on no other. null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** Number of hosts of the fleet that the input does not name. Absent: it names none, so the rollback acts on the whole fleet. */
  readonly hosts_not_named?: number;
  /** Number of hosts that an alarm's rollback leaves as they are, because few hosts are ill (`only_hosts`). Absent: none. */
  readonly left_alone?: number;
  /** The versions to which the rollback restores code, one per phase that restores any. Absent: none. */
  readonly targets?: readonly ChosenTarget[];
  /** Later phases that are undone too, if that follows from the chosen targets. Absent: those that the runbooks name. */
  readonly also_undone?: readonly number[];
  /** Forbidden pairs that hosts could come to, by their reports at the opening. Absent: no host was asked about pairs. */
  readonly forbidden?: readonly ForbiddenOnHosts[];
  /** The runbook's steps that the rollback runs, with the timeout of each in seconds and the flags that it sets. */
  readonly steps: PlannedRunbook['steps'];
  /** The version and hash that SendCommand requires, by document name. */
  readonly documents: Readonly<Record<string, { readonly version: string; readonly hash: string }>>;
  /** The phase's newest deployment before the rollback's start; null: none is on record. */
  readonly deployment: Deployment | null;
  /** ISO 8601 without fraction: rows newer than this are the corrupt ones. */
  readonly window_start: string;
  /** The commit to which the target's tag points on all hosts. Absent: no step has restored code yet. */
  readonly target_commit?: string;
  readonly deadline: string;
  /** ISO 8601: the start of the execution. Absent in scopes that an earlier version has stored. */
  readonly opened_at?: string;
  /** The phases of a rollback of several, the latest first, each with its own deployment and rows. Absent: one phase. */
  readonly parts?: readonly ScopePart[];
  /** The number of changes since the opening: a function that has read an earlier one may not store its own. Absent: none. */
  readonly revision?: number;
};

/** One phase of a rollback of several. */
export type ScopePart = Pick<RollbackScope, 'deployment' | 'window_start' | 'target_commit'> & {
  readonly phase: number;
  /** The rollback that rolled this phase back while this one waited: its steps are not repeated. Absent: none. */
  readonly done_by?: string;
  /** Hosts on which other rollbacks rolled this phase back while this one waited. Absent: none. */
  readonly spared?: readonly (Host & { readonly by: string })[];
};

/** `away`: the reason, if more is known than that the agent is silent. `missing`: no list has the host any more. */
export type AwayHost = Host & Pick<FleetHost, 'away' | 'missing'>;

/** `by`: the name that the person gave, as a claim. */
export type LeftOutHost = Host & { readonly by: string | null; readonly reason: string | null };
export type SkippedStep = {
  /** The step's id. */
  readonly step: string;
  readonly by: string | null;
  readonly reason: string | null;
};

/** Work of another rollback (`by`) while this one waited: on the host of this name, or a whole phase if there is no name. */
export type DoneByOther = { readonly by: string; readonly name?: string };

export type RollbackScopes = {
  read(rollback: string): Promise<RollbackScope | undefined>;
  /** Stores a scope unless an earlier call has; returns the stored one. */
  keep(rollback: string, scope: RollbackScope): Promise<RollbackScope>;
  /**
   * Stores the target's commit unless an earlier call has; returns the stored scope. `phase`: the part that has this target.
   * `scope`: the scope as the caller has read it; absent: it is read.
   */
  freezeCommit(
    rollback: string,
    commit: string,
    known?: { readonly phase?: number | undefined; readonly scope?: RollbackScope },
  ): Promise<RollbackScope>;
  /** Takes lost hosts out of a stored scope. A repeat does nothing. */
  lose(rollback: string, hosts: readonly AwayHost[]): Promise<void>;
  /** Takes hosts out of a stored scope that a person leaves out. A repeat does nothing. */
  leaveOut(rollback: string, hosts: readonly LeftOutHost[]): Promise<void>;
  /** Takes all hosts but the ill ones out of a stored scope, and returns it. A repeat does nothing. */
  narrow(rollback: string, ill: readonly Host[]): Promise<RollbackScope>;
  /** Stores that a person skipped a step. A repeat does nothing. */
  skip(rollback: string, step: SkippedStep): Promise<void>;
  /** Takes hosts out of a stored scope that another rollback (`by`) has rolled back. A repeat does nothing. */
  spare(rollback: string, hosts: readonly Host[], by: string): Promise<void>;
  /**
   * Puts hosts and phases back in a stored scope that other rollbacks had done, if something has undone that since. Returns the
   * scope. A repeat does nothing.
   */
  putBack(rollback: string, isUndone: (done: DoneByOther) => boolean): Promise<RollbackScope | undefined>;
  /** Stores that another rollback (`by`) took the phase's code back, on these hosts or on all (null). A repeat does nothing. */
  undoneWith(rollback: string, by: string, hosts: readonly Host[] | null): Promise<void>;
  /**
   * Marks a phase of a stored scope as rolled back by another rollback (`by`), on these hosts or on all (null). A repeat does
   * nothing; nor does a scope of one phase change.
   */
  sparePart(
    rollback: string,
    phase: number,
    done: { readonly by: string; readonly hosts: readonly Host[] | null },
  ): Promise<void>;
};

/** Returns a scope without lost hosts; `lost` names them. */
export function withoutLost(scope: RollbackScope, hosts: readonly AwayHost[]): RollbackScope {
  const gone = new Set(hosts.map(({ instance_id }) => instance_id));
  const known = new Set(scope.hosts.map(({ instance_id }) => instance_id));
  const lost = hosts.filter(({ instance_id }) => known.has(instance_id));
  return {
    ...scope,
    hosts: scope.hosts.filter(({ instance_id }) => !gone.has(instance_id)),
    lost: [...(scope.lost ?? []), ...lost],
  };
}

/** Returns a scope without hosts that another rollback has rolled back; `done_before` names them. */
function withoutDone(scope: RollbackScope, hosts: readonly Host[], by: string): RollbackScope {
  const done = new Set(hosts.map(({ instance_id }) => instance_id));
  const now = scope.hosts.filter(({ instance_id }) => done.has(instance_id));
  return {
    ...scope,
    hosts: scope.hosts.filter(({ instance_id }) => !done.has(instance_id)),
    done_before: [...(scope.done_before ?? []), ...now.map((host) => ({ ...host, by }))],
  };
}

/** Returns a scope with the hosts and the phases that others had done, and that something has undone; the same one if none is. */
function withUndone(scope: RollbackScope, isUndone: (done: DoneByOther) => boolean): RollbackScope {
  const { done_before = [], undone_on = [], parts = [] } = scope;
  const spared = parts.flatMap((part) => part.spared ?? []);
  const wholes = parts.flatMap(({ done_by }) => (done_by === undefined ? [] : [{ by: done_by }]));
  if (![...done_before, ...undone_on, ...spared, ...wholes].some(isUndone)) return scope;
  const again = done_before.filter(isUndone).map(({ by: _, ...host }) => host);
  return {
    ...scope,
    hosts: [...scope.hosts, ...again],
    done_before: done_before.filter((one) => !isUndone(one)),
    ...(scope.undone_on ? { undone_on: undone_on.filter((one) => !isUndone(one)) } : {}),
    ...(scope.parts ? { parts: scope.parts.map((part) => partWithUndone(part, isUndone)) } : {}),
  };
}

function partWithUndone({ done_by, spared, ...part }: ScopePart, isUndone: (done: DoneByOther) => boolean): ScopePart {
  return {
    ...part,
    ...(done_by === undefined || isUndone({ by: done_by }) ? {} : { done_by }),
    ...(spared ? { spared: spared.filter((one) => !isUndone(one)) } : {}),
  };
}

/**
 * Returns the scope as one phase of the rollback has it: with its own deployment, row window and commit. `phase` absent: the
 * rollback has one phase, and the scope is its own.
 */
export function partOfScope(scope: RollbackScope, phase: number | undefined): RollbackScope {
  const part = scope.parts?.find((one) => one.phase === phase);
  if (!part) return scope;
  const { target_commit: _, ...common } = scope;
  const { deployment, window_start, target_commit, spared = [] } = part;
  const hosts = scope.hosts.filter((host) => !spared.some(({ instance_id }) => instance_id === host.instance_id));
  return { ...common, hosts, deployment, window_start, ...(target_commit ? { target_commit } : {}) };
}

const withPart = (scope: RollbackScope, phase: number, changes: Partial<ScopePart>): RollbackScope => ({
  ...scope,
  ...(scope.parts ? { parts: scope.parts.map((one) => (one.phase === phase ? { ...one, ...changes } : one)) } : {}),
});

/** Returns a scope with the commit of its target. `phase`: the part that has this target. A commit that is frozen stays. */
function withCommit(scope: RollbackScope, target_commit: string, phase: number | undefined): RollbackScope {
  if (partOfScope(scope, phase).target_commit !== undefined) return scope;
  return phase === undefined ? { ...scope, target_commit } : withPart(scope, phase, { target_commit });
}

/** Returns a scope of which another rollback has rolled one phase back, on these hosts or on all (null). */
function withoutDonePart(
  scope: RollbackScope,
  phase: number,
  { by, hosts }: { readonly by: string; readonly hosts: readonly Host[] | null },
): RollbackScope {
  const part = scope.parts?.find((one) => one.phase === phase);
  if (!part) return scope;
  const now = (hosts ?? []).map((host) => ({ ...host, by }));
  const spared = [
    ...(part.spared ?? []).filter((one) => !now.some(({ instance_id }) => instance_id === one.instance_id)),
    ...now,
  ];
  return withPart(scope, phase, hosts === null ? { done_by: by } : { spared });
}

function withoutLeftOut(scope: RollbackScope, hosts: readonly LeftOutHost[]): RollbackScope {
  const out = new Set(hosts.map(({ instance_id }) => instance_id));
  const now = hosts.filter((host) => scope.hosts.some(({ instance_id }) => instance_id === host.instance_id));
  return {
    ...scope,
    hosts: scope.hosts.filter(({ instance_id }) => !out.has(instance_id)),
    left_out: [...(scope.left_out ?? []), ...now],
  };
}

function withIllOnly(scope: RollbackScope, ill: readonly Host[]): RollbackScope {
  if (scope.left_alone !== undefined) return scope;
  const isIll = ({ instance_id }: Host) => ill.some((one) => one.instance_id === instance_id);
  const hosts = scope.hosts.filter(isIll);
  return {
    ...scope,
    ...{ hosts, not_online: scope.not_online.filter(isIll), only_hosts: ill.map(({ name }) => name) },
    left_alone: scope.hosts.length - hosts.length,
  };
}

function withCodeUndone(scope: RollbackScope, by: string, hosts: readonly Host[] | null): RollbackScope {
  if (hosts === null) return scope.undone_with === by ? scope : { ...scope, undone_with: by };
  const known = scope.undone_on ?? [];
  const more = hosts.filter((host) => !known.some((one) => one.instance_id === host.instance_id));
  if (more.length === 0) return scope;
  const undone = more.map(({ instance_id, name }) => ({ instance_id, name, by }));
  return { ...scope, undone_on: [...known, ...undone] };
}

function withSkipped(scope: RollbackScope, skipped: SkippedStep): RollbackScope {
  const others = (scope.skipped ?? []).filter(({ step }) => step !== skipped.step);
  return { ...scope, skipped: [...others, skipped] };
}

/** Two or three functions may change a scope at the same time, and each conflict means that one of them has finished. */
const mostTries = 10;

export function rollbackScopesIn(db: DynamoDBDocumentClient, table: string): RollbackScopes {
  const read = async (rollback: string) =>
    (await readItem(db, table, frozenKey(rollback))) as RollbackScope | undefined;
  /**
   * Changes a stored scope and returns it; undefined if none is stored. If another function has changed it since the read, reads it
   * and changes that: the target's commit is frozen beside a step, which may lose a host at the same time. `known`: the scope as
   * the caller has read it.
   */
  const change = async (
    rollback: string,
    changed: (scope: RollbackScope) => RollbackScope,
    known?: RollbackScope,
  ): Promise<RollbackScope | undefined> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const scope = tries === 0 && known ? known : await read(rollback);
      const next = scope && changed(scope);
      if (!next || next === scope) return next;
      const { revision } = scope;
      const item = { ...next, revision: (revision ?? 0) + 1 };
      const put = { TableName: table, Item: { ...frozenKey(rollback), ...item } };
      const unchanged =
        revision === undefined
          ? { ConditionExpression: 'attribute_not_exists(revision)' } // not changed yet, or only by an earlier version
          : { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': revision } };
      if (await putIf(db, { ...put, ...unchanged })) return item;
    }
    throw new Error(`The scope of rollback ${rollback} could not be changed: ${mostTries} concurrent-write conflicts.`);
  };
  const apply = async (...of: Parameters<typeof change>) => void (await change(...of));
  return {
    read,
    keep: async (rollback, scope) => {
      const Item = { ...frozenKey(rollback), ...scope };
      if (await putIf(db, { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' })) return scope;
      return (await read(rollback)) ?? scope;
    },
    freezeCommit: async (rollback, commit, { phase, scope: known } = {}) => {
      const frozen = await change(rollback, (scope) => withCommit(scope, commit, phase), known);
      if (!frozen) throw new Error(`Rollback ${rollback} was never opened: it has no frozen hosts.`);
      return frozen;
    },
    lose: (rollback, hosts) => apply(rollback, (scope) => withoutLost(scope, hosts)),
    narrow: async (rollback, ill) => {
      const narrowed = await change(rollback, (scope) => withIllOnly(scope, ill));
      if (!narrowed) throw new Error(`Rollback ${rollback} was never opened: it has no frozen hosts.`);
      return narrowed;
    },
    leaveOut: (rollback, hosts) => apply(rollback, (scope) => withoutLeftOut(scope, hosts)),
    skip: (rollback, step) => apply(rollback, (scope) => withSkipped(scope, step)),
    spare: (rollback, hosts, by) => apply(rollback, (scope) => withoutDone(scope, hosts, by)),
    putBack: (rollback, isUndone) => change(rollback, (scope) => withUndone(scope, isUndone)),
    undoneWith: (rollback, by, hosts) => apply(rollback, (scope) => withCodeUndone(scope, by, hosts)),
    sparePart: (rollback, phase, done) => apply(rollback, (scope) => withoutDonePart(scope, phase, done)),
  };
}
