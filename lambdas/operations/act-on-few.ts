import type { WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import type { Claims } from '../stores/claims.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

export type ActOnFewDeps = {
  readonly claims: Pick<Claims, 'narrow'>;
  readonly scopes: Pick<RollbackScopes, 'read' | 'narrow'>;
  readonly history: Pick<History, 'append'>;
  readonly now: () => number;
};

type FewOf = {
  readonly rollback: { readonly id: string; readonly execution_arn: string; readonly phase: number };
  readonly few: readonly Host[];
  readonly witness: WorstAlarm['witness'];
};

/**
 * Has a rollback act on a few ill hosts alone. Its hosts must be frozen. Calling it again changes nothing.
 *
 * From here on the rollback answers no alarm of the phase, as one that a person starts for a few hosts: its claim on the phase
 * becomes one on these hosts. An alarm that comes later gets a rollback of its own, which covers the peers.
 *
 * Throws an error if none of the hosts is online: the rollback would have nothing to act on.
 */
export async function actOnFew(
  { claims, scopes, history, now }: ActOnFewDeps,
  { rollback: { id, execution_arn, phase }, few, witness }: FewOf,
): Promise<void> {
  const scope = await scopes.read(id);
  const isFew = ({ instance_id }: Host) => few.some((one) => one.instance_id === instance_id);
  if (!scope?.hosts.some(isFew))
    throw new Error(
      `The ill hosts are not online in Systems Manager, so they cannot be rolled back: ${namesOf(few)}. No host was touched.`,
    );
  await claims.narrow(
    phase,
    { rollback: id, execution_arn },
    few.map(({ name }) => name),
  );
  const { hosts, left_alone = 0 } = await scopes.narrow(id, few);
  await history.append(id, {
    id: 'narrowed-to-ill-hosts',
    type: 'Narrowed to ill hosts',
    at: new Date(now()).toISOString(),
    detail: {
      ...{ hosts: hosts.length, left_alone, names: hosts.slice(0, 50).map(({ name }) => name) },
      only_hosts: few.map(({ name }) => name),
      why: witness?.says ?? [],
    },
  });
}

const namesOf = (hosts: readonly Host[]) =>
  hosts
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');
