import type { KeptVerdict } from '../host/host-reports.ts';
import { hostKey } from '../tables.ts';
import type { RollbackRecord } from './record.ts';
import { hostIndexAttributes, withoutIndex } from './record-index.ts';

/** A HOST item as the history table stores it: with its key and its index attributes. */
export type HostItem = Readonly<Record<string, unknown>>;

/** The attributes that the hash in the step's event covers (host-reports.ts). */
const verdictAttributes = ['step', 'instance_id', 'name', 'verdict', 'reason', 'report', 'command_id'];

/**
 * Returns the attributes of HOST items that do not follow from the item's own verdict, each as `step#instance: attribute`.
 * The verdict itself is covered by the hash in its step's event. `isIndexed`: every item must have index attributes. If not,
 * an item without any is one that an older version of the product stored, until Reconcile adds them.
 */
export const wrongHostAttributes = (items: readonly HostItem[], made: RollbackRecord, isIndexed: boolean): string[] =>
  items.flatMap((item) => {
    const right = rightAttributes(item, made, isIndexed || Object.keys(withoutIndex(item).index).length > 0);
    return [...new Set([...Object.keys(item), ...Object.keys(right)])]
      .filter((name) => !verdictAttributes.includes(name) && item[name] !== right[name])
      .map((name) => `${String(item['sk'])}: ${name}`);
  });

/** Returns the attributes that the product stores beside a verdict (lambdas/stores/history.ts, hostItem). */
function rightAttributes(item: HostItem, { rollback_id, start_time }: RollbackRecord, isIndexed: boolean): HostItem {
  const { step, instance_id, answered } = item as unknown as KeptVerdict;
  return {
    ...hostKey(rollback_id, step, instance_id),
    ...(isIndexed ? hostIndexAttributes(instance_id, rollback_id, step, start_time) : {}),
    rollback: rollback_id,
    ...(answered ? { answered: true } : {}),
  };
}
