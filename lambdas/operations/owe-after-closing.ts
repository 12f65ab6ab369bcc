import type { RollbackEvent } from '../../domain/history/event.ts';
import { phasesDone } from '../../domain/history/phases-left.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import { owedTargetOf } from '../../domain/target/chosen-target.ts';
import { partOfScope, type RollbackScope, type RollbackScopes } from '../stores/rollback-scope.ts';
import type { RowWindow } from '../stores/row-window.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';
import { oweSkippedSteps } from './owe-skipped-steps.ts';

type OweDeps = { readonly unreached: Unreached; readonly rowWindow: RowWindow };
type Ended = OfPhases & { readonly id: string };

/** `since`: ISO 8601, the rollback's end. `read`: the history as it was when the closing began. */
type Ending = { readonly since: string; readonly read: Promise<readonly RollbackEvent[]> };

/**
 * Keeps the hosts that are owed the rollback, because they could not be reached or were left out, and forgets those that were rolled back. Rows written
 * from now on are sound, unless the rollback was of a few hosts only.
 */
export async function updateUnreachedHosts(
  deps: OweDeps,
  rollback: Ended,
  { scope, ...of }: Ending & { readonly scope: RollbackScope | undefined },
): Promise<void> {
  const owed = await deps.unreached.all();
  for (const phase of phasesOf(rollback))
    await updatePhase(deps, { id: rollback.id, phase }, scope && partOfScope(scope, phase), { ...of, owed });
  if (scope) await oweSkippedSteps(deps, rollback, scope, { since: of.since, events: await of.read });
}

/** `owed`: the hosts that are owed a rollback so far. */
type Owing = Ending & { readonly owed: readonly UnreachedHost[] };

async function updatePhase(
  deps: OweDeps,
  { id, phase }: { readonly id: string; readonly phase: number },
  scope: RollbackScope | undefined,
  { since, owed, read }: Owing,
): Promise<void> {
  const { unreached, rowWindow } = deps;
  const { hosts = [], not_online = [], lost = [], left_out = [], only_hosts = null } = scope ?? {};
  const away = [...[...not_online, ...lost].map(asAway), ...left_out.map(asLeftOut)];
  const waiting = new Set(owed.flatMap((host) => (host.phase === phase ? [host.instance_id] : [])));
  for (const { instance_id } of hosts) if (waiting.has(instance_id)) await unreached.forget(phase, instance_id);
  if (scope) await keep(deps, { id, phase }, scope, { hosts: away, since, read });
  await (only_hosts ? rowWindow.withdraw(phase, id) : rowWindow.end(phase, `${since.slice(0, 19)}Z`));
}

/**
 * Keeps the hosts that a person left out of a rollback of several phases that stopped: they are owed each phase that the other
 * hosts have done. The phases that are left are started for the whole fleet, with those hosts.
 */
export async function oweLeftOutHosts(
  deps: Pick<OweDeps, 'unreached'> & { readonly scopes: Pick<RollbackScopes, 'read'> },
  rollback: Ended,
  of: Ending,
): Promise<void> {
  if (!rollback.phases) return;
  const scope = await deps.scopes.read(rollback.id);
  const hosts = (scope?.left_out ?? []).map(asLeftOut);
  if (!scope || hosts.length === 0) return;
  const record = recordOf(await of.read);
  for (const phase of phasesDone({ ...record, phases: rollback.phases }))
    await keep(deps, { id: rollback.id, phase }, partOfScope(scope, phase), { ...of, hosts });
}

async function keep(
  { unreached }: Pick<OweDeps, 'unreached'>,
  { id, phase }: { readonly id: string; readonly phase: number },
  { window_start, target_commit, targets = [] }: RollbackScope,
  { hosts, since, read }: Ending & { readonly hosts: readonly ReturnType<typeof asAway>[] },
): Promise<void> {
  if (hosts.length === 0) return;
  const target = owedTargetOf(targets, phase);
  const { severity } = recordOf(await read);
  for (const host of hosts)
    await unreached.keep({
      ...{ ...host, phase, rollback: id, since, window_start, severity },
      ...(target_commit ? { target_commit } : {}),
      ...(target ? { target } : {}),
    });
}

const asAway = ({ instance_id, name }: Host): Host & { readonly left_out?: true } => ({ instance_id, name });
/** A person left the host out, so a person rolls it back: it is not started by itself. */
const asLeftOut = (host: Host) => ({ ...asAway(host), left_out: true as const });
