import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import { owedTargetOf } from '../../domain/target/chosen-target.ts';
import type { Alarms } from '../clients/alarms.ts';
import type { Rollback } from '../middleware/payload.ts';
import { doneByOf, doneOnline, notOnline } from '../operations/done-by-others.ts';
import { type OwedTarget, oweHosts } from '../operations/owe-hosts.ts';
import { type PutBackDeps, putBackRedeployed } from '../operations/put-back-redeployed.ts';
import { worstState } from '../operations/worst-state.ts';
import type { History } from '../stores/history.ts';
import { type AwayHost, partOfScope, type RollbackScope } from '../stores/rollback-scope.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';

export type WorkLeftDeps = PutBackDeps & {
  readonly unreached: Pick<Unreached, 'all' | 'keep'>;
  readonly history: Pick<History, 'events'>;
  readonly alarms: Alarms;
  readonly environment: string;
};

/** Why a rollback stands down, as a sentence, and its record. */
export type NothingLeft = { readonly why: string; readonly record: RollbackRecord };

/**
 * Returns why the rollback stands down, if others have rolled back each of its hosts while it waited; undefined: it has
 * something to do.
 *
 * Throws an error, which ends it as *Needs a person*, if an alarm is red all the same: nothing that this rollback could do is
 * left. So it does if its only other hosts are away: a rollback that acts on no host rolls nothing back. Those hosts are owed
 * the rollback then, as if none had been online at the opening.
 */
export async function checkWorkLeft(
  deps: WorkLeftDeps,
  rollback: Rollback,
  known?: RollbackRecord,
): Promise<NothingLeft | undefined> {
  const scope = await putBackRedeployed(deps, rollback.id);
  const done = doneOnline(rollback, scope);
  if (!scope || !done) return undefined;
  const { why } = done;
  const record = known ?? recordOf(await deps.history.events(rollback.id));
  const away = done.away.length > 0 ? await owedToNobody(deps, rollback, done.away) : [];
  if (away.length > 0) {
    await oweAway(deps, rollback, { scope, away, record });
    throw new Error(
      `${why}, so no host is left to act on. ${notOnline(away)} Each is rolled back when its agent returns. No host was touched by this rollback.`,
    );
  }
  const alarms = record.alarm === null ? 'OK' : await worstState(deps, record);
  if (alarms === 'OK') return { why: `${why}.`, record };
  const still = alarms === 'unreadable' ? 'the state of its alarms could not be read' : 'an alarm is still red';
  throw new Error(`${why}, and ${still}. No host was touched by this rollback.`);
}

/** Returns the hosts to which no other rollback of one of the phases has left the work. */
async function owedToNobody(
  { unreached }: WorkLeftDeps,
  rollback: Rollback,
  away: readonly AwayHost[],
): Promise<AwayHost[]> {
  const owed = (await unreached.all()).filter((one) => one.rollback !== rollback.id);
  const isOwed = (host: AwayHost) => (phase: number) =>
    owed.some((one) => one.phase === phase && one.instance_id === host.instance_id);
  return away.filter((host) => !phasesOf(rollback).every(isOwed(host)));
}

type Away = {
  readonly scope: RollbackScope;
  readonly away: readonly AwayHost[];
  readonly record: RollbackRecord;
};

/** Owes hosts that are away each phase of the rollback, at the commit to which the others were restored. */
async function oweAway(deps: WorkLeftDeps, { id, ...of }: Rollback, { scope, away, record }: Away): Promise<void> {
  const since = new Date(deps.now()).toISOString();
  for (const phase of phasesOf(of)) {
    const { window_start, done_before = [] } = partOfScope(scope, phase);
    const part = scope.parts?.find((one) => one.phase === phase);
    const by = [...done_before.map((one) => one.by), ...(part ? doneByOf(part) : [])];
    const target = await targetOf(deps, by[0], phase);
    await oweHosts(deps, away, { phase, rollback: id, since, window_start, severity: record.severity }, () => target);
  }
}

/** Returns the version and the commit to which another rollback restored a phase, as far as they are known. */
async function targetOf({ scopes }: WorkLeftDeps, rollback: string | undefined, phase: number): Promise<OwedTarget> {
  const scope = rollback === undefined ? undefined : await scopes.read(rollback);
  return {
    target_commit: scope && partOfScope(scope, phase).target_commit,
    target: owedTargetOf(scope?.targets ?? [], phase),
  };
}
