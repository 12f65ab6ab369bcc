import {
  type BegunRollback,
  countsFor,
  type HostCap,
  hostsIn,
  hostsOf,
  readFrom,
} from '../../domain/brakes/host-cap.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { beganPrefix, frozenKey, phaseOf } from '../../domain/tables.ts';
import type { Connected } from './clients.ts';
import { itemsBelow } from './read-status.ts';

/** The cap on the hosts that automation may touch, and the hosts that it has touched. */
export type HostCapStatus = HostCap & { readonly touched: readonly Host[] };

/** Counts as the decision does (lambdas/operations/capped-hosts.ts), for a rollback that would begin now. */
export async function readHostCap(
  connection: Connected,
  cap: HostCap,
  { phases, now }: { readonly phases: readonly number[]; readonly now: number },
): Promise<HostCapStatus> {
  const from = `${beganPrefix}${readFrom(cap, now)}`;
  const began = await Promise.all(
    phases.map((phase) => itemsBelow(connection, phaseOf(phase), { from, to: `${beganPrefix}~` })),
  );
  const counted = (began.flat() as unknown as BegunRollback[]).filter((one) => countsFor(cap, one, now));
  return { ...cap, touched: hostsOf(await Promise.all(counted.map((one) => hostsOfBegun(connection, one)))) };
}

/** A rollback that has begun a moment ago may have no frozen hosts yet: it has then touched none. */
async function hostsOfBegun(connection: Connected, begun: BegunRollback): Promise<readonly Host[]> {
  const { pk, sk } = frozenKey(begun.rollback);
  const [scope] = await itemsBelow(connection, pk, { from: sk, to: sk });
  return hostsIn(begun, scope as Parameters<typeof hostsIn>[1]) ?? [];
}
