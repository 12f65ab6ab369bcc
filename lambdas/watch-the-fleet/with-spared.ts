import type { TakenBack } from '../../domain/truth/undone.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

/** Adds the hosts that a rollback spared to a version that it took back. If they cannot be read, it is as if it had spared none. */
export async function withSpared(read: RollbackScopes['read'], taken: TakenBack): Promise<TakenBack> {
  const scope = await read(taken.rollback).catch(() => undefined);
  if (!scope) return taken;
  const { hosts, not_online, lost = [], left_out = [], still_away = [], only_hosts } = scope;
  const except = idsOf([...not_online, ...lost, ...left_out, ...still_away]);
  return {
    ...taken,
    ...(only_hosts === null ? {} : { only: idsOf(hosts) }),
    ...(except.length > 0 ? { except } : {}),
  };
}

const idsOf = (hosts: readonly { readonly instance_id: string }[]): string[] =>
  hosts.map(({ instance_id }) => instance_id);
