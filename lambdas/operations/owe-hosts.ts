import type { Host } from '../../domain/host/host-verdict.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';

/** The rollback that hosts are owed because it was to act and could not reach them. */
export type Owing = Pick<UnreachedHost, 'phase' | 'rollback' | 'since' | 'window_start' | 'severity'>;

/** The version and the commit to which other hosts were restored or are to be, as far as they are known. */
export type OwedTarget = {
  readonly [Key in 'target_commit' | 'target']: UnreachedHost[Key] | undefined;
};

/**
 * Keeps hosts of a rollback that was to act and could not reach them: each is rolled back when it returns, as after a rollback
 * of other hosts. Without that, they would boot with the bad version. A repeat stores the same.
 */
export async function oweHosts(
  { unreached }: { readonly unreached: Pick<Unreached, 'keep'> },
  hosts: readonly Host[],
  owing: Owing,
  targetFor: (host: Host) => OwedTarget,
): Promise<void> {
  for (const { instance_id, name } of hosts) {
    const { target_commit, target } = targetFor({ instance_id, name });
    await unreached.keep({
      ...{ instance_id, name, ...owing },
      ...(target_commit ? { target_commit } : {}),
      ...(target ? { target } : {}),
    });
  }
}
