import { startCommandsLeft } from '../../domain/history/phases-left.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { FleetHost, Inventory } from '../../domain/host/inventory.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { listed } from '../../domain/listed.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';

export type LeftAtTheCloseDeps = {
  readonly scopes: Pick<RollbackScopes, 'read'>;
  readonly inventory: () => Promise<Inventory>;
};

const mostNamed = 20;

/**
 * Returns, for people, what a rollback left undone whose hosts were shut down after the close: steps, hosts, those that did not boot,
 * and the commands. What cannot be read is said to be unknown: the reminder is sent all the same.
 */
export async function leftAtTheClose(
  { scopes, inventory }: LeftAtTheCloseDeps,
  record: RollbackRecord,
): Promise<string> {
  const scope = await scopes.read(record.rollback_id).catch(() => undefined);
  const hosts = await inventory().then(
    (found) => found.hosts,
    () => undefined,
  );
  return leftSentences(record, scope, hosts).join('\n');
}

/** `hosts`: undefined, the inventory could not be read. */
export function leftSentences(
  record: RollbackRecord,
  scope: Pick<RollbackScope, 'hosts' | 'steps'> | undefined,
  hosts: readonly FleetHost[] | undefined,
): string[] {
  const done = record.steps.filter(({ verdict }) => verdict === 'done').map(({ step }) => step);
  const left = (scope?.steps ?? []).filter(({ name }) => !done.includes(stepId(name))).map(({ name }) => name);
  const own = scope?.hosts ?? [];
  const away = (hosts ?? []).filter((one) => !one.online && own.some((host) => host.instance_id === one.instance_id));
  const words = environmentWords(record.execution_arn);
  return [
    'The hosts were shut down after the close, before this rollback was done. It still holds the fleet.',
    `Not done: ${scope ? [...left, 'Confirm recovery'].join(', ') : 'not known'}. Hosts: ${
      scope
        ? listed(
            own.slice(0, mostNamed).map(({ name }) => name),
            own.length,
          )
        : 'not known'
    }.`,
    hosts === undefined
      ? 'Which hosts have booted is not known.'
      : away.length > 0
        ? `Not online now: ${listed(away.slice(0, mostNamed).map(nameWithReason), away.length)}.`
        : 'All of them are online.',
    'Look at the hosts, and release the fleet with the command below. Then do what is left:',
    ...startCommandsLeft(record, words),
  ];
}
